import { bool, int, json, StatefulFunctions, string } from "statefun";
import { codecV2, codecV3, type WireValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, run, wireValue, written } from "./support/program.ts";

const none = { mode: "none", afterMs: 0 };

/** What the handler got: nothing, as long as a state is missing. */
function declared() {
  const handled: string[] = [];
  const functions = new StatefulFunctions();
  const state = {
    zebra: int,
    written: { type: string, expireAfterWriteMs: 1_500 },
    "seen-count": { type: int, initial: 3 },
    called: { type: json("test/cart"), expireAfterCallMs: 2 ** 40 },
    alpha: { type: bool, expireAfterWriteMs: Number.MAX_SAFE_INTEGER },
  };
  functions.bind("test/fn", { accepts: string, state }, (context, text) => {
    handled.push(text);
    context.state["seen-count"] += 1;
  });
  return { functions, handled };
}

const missing = [
  { name: "zebra", typename: int.typename, expiration: none },
  {
    name: "written",
    typename: string.typename,
    expiration: { mode: "after-write", afterMs: 1_500 },
  },
  { name: "seen-count", typename: int.typename, expiration: none },
  { name: "called", typename: "test/cart", expiration: { mode: "after-call", afterMs: 2 ** 40 } },
  {
    name: "alpha",
    typename: bool.typename,
    expiration: { mode: "after-write", afterMs: Number.MAX_SAFE_INTEGER },
  },
];
const names = missing.map(({ name }) => name);
const messages = [wireValue(string, "first"), wireValue(string, "second")];
const nothingIn = (list: readonly string[]) =>
  list.map((name): [string, WireValue | undefined] => [name, undefined]);

describe("on wire v3 a function asks for the states that the runtime does not know", () => {
  it("all at once, in the order of their declaration, with their expirations", async () => {
    const { functions, handled } = declared();
    expect(await run(codecV3, functions, { messages })).toEqual({ kind: "incomplete", missing });
    expect(handled).toEqual([]);
  });

  it("and for no others when the runtime knows some", async () => {
    const { functions, handled } = declared();
    const state: [string, WireValue | undefined][] = [
      ["called", undefined],
      ["not ours", undefined],
      ["zebra", wireValue(int, 1)],
    ];
    const outcome = await run(codecV3, functions, { state, messages });
    expect(outcome).toEqual({ kind: "incomplete", missing: [missing[1], missing[2], missing[4]] });
    expect(handled).toEqual([]);
  });

  it("and handles each message once when all are known", async () => {
    const { functions, handled } = declared();
    const state = nothingIn(names.toReversed());
    const outcome = await complete(codecV3, functions, { state, messages });
    expect(handled).toEqual(["first", "second"]);
    expect(written(outcome, "seen-count", int)).toBe(5);
  });
});

describe("on wire v2 a state that module.yaml lacks", () => {
  it("fails the request before the handler, with the lines to add", async () => {
    const { functions, handled } = declared();
    const state = nothingIn(["zebra", "not ours"]);
    const error = await failure(run(codecV2, functions, { state, messages }), "undeclared_state");
    expect(error.message).toBe(`module.yaml lacks states of test/fn; add to its spec:
  states:
    - name: "written"
      expireAfter: 1500ms
      expireMode: after-write
    - name: "seen-count"
    - name: "called"
      expireAfter: 1099511627776ms
      expireMode: after-invoke
    - name: "alpha"
      expireAfter: 9007199254740991ms
      expireMode: after-write`);
    expect(handled).toEqual([]);
  });

  it("is none when all are there, in any order, and others too", async () => {
    const { functions, handled } = declared();
    const state = nothingIn([...names.toReversed(), "not ours"]);
    const outcome = await complete(codecV2, functions, { state, messages });
    expect(handled).toEqual(["first", "second"]);
    expect(outcome.mutations.map(({ name }) => name)).toEqual(["seen-count"]);
  });
});

describe("a state is refused when it is bound", () => {
  const bound = (state: object) => () => {
    const functions = new StatefulFunctions();
    // The compiler refuses most of these too.
    functions.bind("test/fn", { state: state as never }, () => {});
  };

  it.each([
    ["a time to live of zero", { expireAfterWriteMs: 0 }],
    ["a negative time to live", { expireAfterCallMs: -1 }],
    ["a fraction of a millisecond", { expireAfterWriteMs: 0.5 }],
    ["no number", { expireAfterWriteMs: Number.NaN }],
    ["an endless time to live", { expireAfterWriteMs: Number.POSITIVE_INFINITY }],
    ["more than a safe integer", { expireAfterCallMs: 2 ** 53 }],
    ["a text", { expireAfterWriteMs: "1000" }],
    ["both expirations", { expireAfterWriteMs: 5, expireAfterCallMs: 5 }],
    ["a setting that is none", { expireAfterMs: 5 }],
    ["a type that is none", { type: "int" }],
    ["an initial that all instances would share", { type: json("test/cart"), initial: {} }],
  ])("with %s", async (_what, settings) => {
    const error = await failure(bound({ kept: { type: int, ...settings } }), "invalid_argument");
    expect(error.message).toMatch(/kept.*test\/fn/);
  });

  it("without a type", async () => {
    await failure(bound({ kept: {} }), "invalid_argument");
    await failure(bound({ kept: undefined }), "invalid_argument");
  });
});
