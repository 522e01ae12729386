import { StatefulFunctions, string } from "statefun";
import { expect, it } from "vitest";
import { assertArrival } from "../../src/engine/contract/arrival.ts";
import { assertLinkAnswer, assertLinkBatch } from "../../src/engine/contract/rpc-checks.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { linkStoreOf } from "../store/subject.ts";
import { startPartition } from "./support/partition.ts";

/** During a deploy objects of two versions talk to each other: what the later one says more must not be in the way. */
const later = { later: [1, "x"] };

const argument = {
  typename: string.typename,
  bytes: string.encode("hello"),
  headers: [{ key: "k", value: undefined, ...later }],
  ...later,
};
const batch = {
  from: "there",
  epoch: 5,
  first: 1,
  messages: [
    {
      target: { typename: "demo/hears", id: "1", ...later },
      caller: { typename: "there/fn", id: "1", ...later },
      argument,
      ...later,
    },
  ],
  ...later,
};

it("a batch of a later version is taken without what is new in it", async () => {
  const heard: string[] = [];
  const functions = new StatefulFunctions();
  functions.bind("demo/hears", { accepts: string }, (context, text) => {
    heard.push(`${text} from ${context.caller?.typename}`);
  });
  const engine = await startPartition({ functions, store: linkStoreOf(memoryStore()) });
  expect(await engine.receive(batch)).toEqual({ kind: "taken", epoch: 5, last: 1 });
  await engine.idle();
  expect(heard).toEqual(["hello from there/fn"]);
  await engine.close(0);
});

it("what a later version sends and answers is accepted, and a new kind of answer is not", () => {
  const { target } = batch.messages[0] ?? {};
  const arrival = { target, argument, idempotencyKey: undefined, delayMs: 0, ...later };
  expect(() => assertArrival(arrival)).not.toThrow();
  expect(() => assertLinkBatch(batch)).not.toThrow();
  const answer = { kind: "taken", epoch: 5, last: 1, ...later };
  expect(() => assertLinkAnswer(answer)).not.toThrow();
  expect(() => assertLinkAnswer({ ...answer, kind: "later" })).toThrow(/is not an answer/);
});
