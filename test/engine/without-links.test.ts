import { StatefulFunctions, string } from "statefun";
import { sqliteStore } from "statefun/sqlite";
import { expect, it } from "vitest";
import { engineStoreOf } from "../../src/store/store-handle.ts";
import { hasLinks } from "../store/subject.ts";
import { temporaryFiles } from "../store/temporary.ts";
import { startPartition } from "./support/partition.ts";

const newPath = temporaryFiles();

it("an engine over a file holds every address, and refuses what another engine sends", async () => {
  const heard: string[] = [];
  const functions = new StatefulFunctions();
  functions.bind("demo/hears", { accepts: string }, (_, text) => void heard.push(text));
  const store = engineStoreOf(sqliteStore(newPath()));
  expect(hasLinks(store)).toBe(false);
  const engine = await startPartition({ functions, store, placement: () => "away" });
  const argument = { typename: string.typename, bytes: string.encode("hello"), headers: [] };
  const target = { typename: "demo/hears", id: "1" };
  await engine.send({ target, argument, idempotencyKey: undefined, delayMs: 0 });
  await engine.idle();
  expect(heard).toEqual(["hello"]);
  const messages = [{ target, caller: undefined, argument }];
  const batch = { from: "there", epoch: 1, first: 1, messages };
  await expect(engine.receive(batch)).rejects.toMatchObject({ code: "invalid_argument" });
  expect(engine.health().waitingLinks).toEqual([]);
  await engine.close(0);
});
