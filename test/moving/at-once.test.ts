import { StatefulFunctions } from "statefun";
import { expect, it } from "vitest";
import type { ImportedLine } from "../../src/engine/contract/moving.ts";
import { abandonPart } from "../../src/engine/moving/abandon-part.ts";
import { importPart } from "../../src/engine/moving/import-part.ts";
import { memoryStore } from "../../src/store/memory/memory-store.ts";
import { startPartition } from "../engine/support/partition.ts";
import { message } from "../store/records.ts";
import { linkStoreOf } from "../store/subject.ts";

const sha256 = "0".repeat(64);
const lines: readonly ImportedLine[] = [3, 4].map((line) => ({
  line,
  thing: { kind: "message", record: message(line, { target: { typename: "at/none", id: "1" } }) },
}));

it("a part that comes again while it is at work is stored once, and taken away once", async () => {
  const engine = await startPartition({
    functions: new StatefulFunctions(),
    store: linkStoreOf(memoryStore()),
    placement: () => "here",
    onError: () => {},
  });
  const { partition } = engine;
  const stored = () => partition.options.store.messages(0, 10).length;
  const imported = () => importPart(partition, { sha256, lines, replace: false, isCheck: false });
  await Promise.all([imported(), imported(), imported()]);
  expect(stored()).toBe(2);
  expect(partition.mailboxes.pending).toBe(2);
  const abandoned = () => abandonPart(partition, { sha256, isCheck: false });
  expect((await Promise.all([abandoned(), abandoned()])).toSorted()).toEqual(["before", true]);
  expect(stored()).toBe(0);
  expect(partition.mailboxes.pending).toBe(0);
  await Promise.all([abandoned(), expect(imported()).rejects.toThrow("check"), abandoned()]);
  expect([stored(), partition.mailboxes.pending]).toEqual([0, 0]);
  await engine.close(0);
});
