import { json, StatefulFunctions, shape, string } from "statefun";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complete, wires, wireValue, written } from "../semantics/support/program.ts";

interface Data {
  [key: string]: unknown;
  at: unknown;
  n: number;
  list: unknown[];
  o: object;
}
const type = json("test/Data", shape<Data>());
const stored: Data = { at: "1970-01-01T00:00:00.000Z", n: 0, list: [null, 1], o: {} };

/** What a function does to a value that it reads and never assigns. */
type Change = (value: Data) => unknown;

/** JSON.stringify writes each of them as it writes the value before. */
const refused: readonly (readonly [name: string, change: Change])[] = [
  ["a text by a Date of it", (value) => (value.at = new Date(0))],
  ["a text by a boxed one", (value) => (value.at = Object(value.at))],
  ["null by NaN", (value) => (value.list[0] = Number.NaN)],
  ["null by a hole", (value) => delete value.list[0]],
  ["null by a function", (value) => (value.list[0] = () => null)],
  ["emptiness by a Map", (value) => (value.o = new Map([[1, 2]]))],
  ["an object by what says toJSON", (value) => (value.o = { toJSON: () => ({}) })],
  ["an object by one with a symbol", (value) => Object.assign(value.o, { [Symbol("s")]: 1 })],
  ["a list by one with a symbol", (value) => Object.assign(value.list, { [Symbol("s")]: 1 })],
  ["a list by one with a key", (value) => Object.assign(value.list, { more: 1 })],
  ["absence by a function", (value) => (value["more"] = () => 1)],
];

const program = (change: Change, of = type) => {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string, state: { kept: of } }, ({ state }, text) => {
    if (text === "change" && state.kept) change(state.kept);
    else void state.kept;
  });
  return functions;
};
const plays = [["change"], ["read", "change"], ["read", "read", "change"]].map((texts) => ({
  before: texts.length - 1,
  messages: texts.map((text) => wireValue(string, text)),
}));
const state = [["kept", wireValue(type, stored)]] as const;

describe.each(wires)("a change in place that a JSON text hides, on wire $name,", (codec) => {
  describe.each(plays)("after $before reads", ({ messages }) => {
    it.each(refused)("is refused: %s", async (_, change) => {
      const error = await complete(codec, program(change), { state, messages }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: "value_invalid" });
    });

    it("is written where JSON can say it: the sign of a zero", async () => {
      const functions = program((value) => (value.n = -0));
      const outcome = await complete(codec, functions, { state, messages });
      expect(Object.is(Object(written(outcome, "kept", type)).n, -0)).toBe(true);
    });

    it("is none where a reader gets the same", async () => {
      const functions = program((value) => (value["more"] = undefined));
      const outcome = await complete(codec, functions, { state, messages });
      expect(outcome.mutations).toEqual([]);
    });
  });
});

/** Texts of the same value that other SDKs write. */
const texts = [
  ["spaces", ' {"n": 1, "list": [ 2 ]}\n'],
  ["another order of keys", '{"list":[2],"n":1}'],
  ["escapes", '{"\\u006e":1,"list":[2]}'],
  ["other numbers", '{"n":1.0,"list":[2e0]}'],
  ["a key twice", '{"n":7,"list":[2],"n":1}'],
  ["a byte order mark in a text", '{"n":1,"list":[2],"at":"\ufeff"}'],
] as const;
const checked = json("test/Data", z.looseObject({ n: z.number(), more: z.number().default(1) }));

describe.each(wires)("a state with the text of another SDK, on wire $name,", (codec) => {
  describe.each([
    ["a shape", type],
    ["a schema that adds a default", checked as never as typeof type],
  ] as const)("of %s", (_, of) => {
    const inText = (text: string) => [
      ["kept", { ...wireValue(type, stored), bytes: new TextEncoder().encode(text) }] as const,
    ];

    it.each(texts)("is not written by a read: %s", async (_name, text) => {
      for (const { messages } of plays) {
        const functions = program(() => undefined, of);
        const batch = { state: inText(text), messages };
        expect((await complete(codec, functions, batch)).mutations).toEqual([]);
      }
    });

    it.each(texts)("is written when it is changed in place: %s", async (_name, text) => {
      for (const { messages } of plays) {
        const functions = program((value) => value.list.push(3), of);
        const outcome = await complete(codec, functions, { state: inText(text), messages });
        expect(written(outcome, "kept", of)).toMatchObject({ n: 1, list: [2, 3] });
      }
    });
  });
});

describe.each(wires)("an assigned value that is changed afterwards, on wire $name,", (codec) => {
  it.each(refused)("is refused like any other: %s", async (_, change) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { kept: type } }, ({ state }) => {
      const value = structuredClone(stored);
      state.kept = value;
      change(value);
    });
    const batch = { state: [["kept", undefined]] as const, messages: [wireValue(string, "go")] };
    const error = await complete(codec, functions, batch).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "value_invalid" });
  });
});
