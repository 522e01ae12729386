import { egress, StatefulFunctions, string } from "statefun";
import { memoryStore } from "statefun/runtime";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/engine/contract/engine.ts";
import type { LinkMessage } from "../../src/engine/contract/links.ts";
import { deadLetterToMessage } from "../../src/engine/routing/system-addresses.ts";
import { linkStoreOf } from "../store/subject.ts";
import { type PartitionParts, startPartition } from "./support/partition.ts";

const argument = { typename: string.typename, bytes: string.encode("x"), headers: [] };
const target = { typename: "test/hears", id: "1" };
const out = egress("demo/out", string);
const deadLetters = { typename: "statefun/dead-letter", id: "" };

let engine: Engine | undefined;
afterEach(async () => {
  await engine?.close(0);
});

async function started(parts: Partial<PartitionParts> = {}) {
  const heard: string[] = [];
  const errors: unknown[] = [];
  const functions = new StatefulFunctions();
  functions.bind("test/hears", { accepts: string }, (_, text) => void heard.push(text));
  functions.bind("test/sends", { accepts: string }, (context, text) =>
    context.send({ typename: "test/away", id: text }, string.of(text)),
  );
  engine = await startPartition({
    functions,
    kept: out,
    store: linkStoreOf(memoryStore()),
    onError: (error) => void errors.push(error),
    ...parts,
  });
  return { engine, heard, errors };
}

const batch = (messages: readonly unknown[], rest: object = {}) =>
  ({ from: "there", epoch: 1, first: 1, messages, ...rest }) as never;

/** What no engine sends. */
const nonsense: readonly (readonly [string, unknown])[] = [
  ["nothing", undefined],
  ["a text", "x"],
  ["no messages", { from: "there", epoch: 1, first: 1 }],
  ["an epoch that is no number", batch([], { epoch: Number.NaN })],
  ["an epoch behind all others", batch([], { epoch: Number.MAX_SAFE_INTEGER })],
  ["a first number of 0", batch([], { first: 0 })],
  ["a sender without a name", batch([], { from: 5 })],
  ["a message that is null", batch([null])],
  ["a target without an id", batch([{ target: { typename: "a/b" }, argument }])],
  ["a caller that is a text", batch([{ target, caller: "a/b", argument }])],
  ["an argument without a typename", batch([{ target, argument: { ...argument, typename: 1 } }])],
  ["bytes that are a text", batch([{ target, argument: { ...argument, bytes: "x" } }])],
  ["headers that are a table", batch([{ target, argument: { ...argument, headers: {} } }])],
  ["a header that is a pair", batch([{ target, argument: { ...argument, headers: [["a", 1]] } }])],
  ["an id that is no Unicode", batch([{ target: { ...target, id: "\ud800" }, argument }])],
];

describe("a batch of another partition", () => {
  it.each(nonsense)("is refused as a whole when it is %s", async (_, given) => {
    const { engine, heard } = await started();
    await expect(engine.receive(given as never)).rejects.toMatchObject({
      code: "invalid_argument",
    });
    expect(engine.failure()).toBeUndefined();
    await engine.receive(batch([{ target, argument }]));
    await engine.idle();
    expect(heard).toEqual(["x"]);
  });

  const letter = {
    target,
    caller: undefined,
    argument,
    code: "failed",
    reason: "no",
    attempts: 3,
    failedAt: 5,
    egress: undefined,
  };

  it("may be of the engine's own: a dead letter, and a record to keep", async () => {
    const { engine } = await started();
    await engine.receive(
      batch([
        { target: deadLetters, argument: deadLetterToMessage(letter) },
        { target: { typename: "statefun/egress", id: "demo/out" }, caller: target, argument },
      ]),
    );
    expect(engine.deadLetters(0, 10)).toMatchObject([letter]);
    expect(engine.kept("demo/out", 0, 10)).toMatchObject([{ from: target, argument }]);
  });

  const header = (value: string) => ({
    ...argument,
    headers: [{ key: "statefun/dead-letter", value: new TextEncoder().encode(value) }],
  });
  const unreadable: readonly (readonly [string, LinkMessage["argument"]])[] = [
    ["without a header", argument],
    [
      "without a value",
      { ...argument, headers: [{ key: "statefun/dead-letter", value: undefined }] },
    ],
    ...["", "{", "{}", "[]", "5", "null", '"x"', '{"target":{"typename":1,"id":2}}'].map(
      (value) => [`of ${value}`, header(value)] as const,
    ),
    [
      "of bytes",
      { ...argument, headers: [{ key: "statefun/dead-letter", value: Uint8Array.of(255) }] },
    ],
  ];

  it.each(unreadable)(
    "with a dead letter %s is taken, and that kept as it came",
    async (_, bad) => {
      const { engine, heard, errors } = await started();
      await engine.receive(
        batch([
          { target: deadLetters, argument: bad },
          { target, argument },
          { target: deadLetters, argument: deadLetterToMessage(letter) },
        ]),
      );
      await engine.idle();
      expect(heard).toEqual(["x"]);
      expect(engine.deadLetters(0, 10)).toMatchObject([
        { target: deadLetters, argument: bad, code: "malformed_request" },
        letter,
      ]);
      expect(errors).toHaveLength(1);
      // Sent again, it is what it was.
      await engine.replay(engine.deadLetters(0, 1)[0]?.number ?? 0);
      await engine.idle();
      expect(engine.failure()).toBeUndefined();
      expect(engine.deadLetters(0, 10)).toHaveLength(2);
    },
  );
});

describe("an answer of another partition", () => {
  const answers: readonly unknown[] = [
    undefined,
    null,
    "taken",
    {},
    { kind: "taken", epoch: Number.NaN, last: 1 },
    { kind: "taken", epoch: Number.MAX_SAFE_INTEGER, last: 1 },
    { kind: "taken", epoch: 1, last: "1" },
    { kind: "gap", epoch: 1, expected: -1 },
    { kind: "else", epoch: 1, last: 1 },
  ];

  it.each(answers.map((answer) => [JSON.stringify(answer), answer]))(
    "that is %s is an error, and the batch comes again",
    async (_, answer) => {
      let count = 0;
      const { engine, errors } = await started({
        placement: ({ typename }) => (typename === "test/away" ? "away" : "here"),
        deliver: async (_partition, { epoch, first, messages }) =>
          count++ === 0 ? answer : { kind: "taken", epoch, last: first + messages.length - 1 },
      });
      const to = { typename: "test/sends", id: "1" };
      await engine.send({ target: to, argument, idempotencyKey: undefined, delayMs: 0 });
      await vi.waitFor(() => expect(engine.health().waitingLinks).toEqual([]));
      expect(count).toBe(2);
      expect(errors).toMatchObject([{ code: "invalid_argument" }]);
      expect(engine.failure()).toBeUndefined();
    },
  );
});
