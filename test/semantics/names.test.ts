import { int, json, StatefulFunctions, shape, string, type Typename } from "statefun";
import { describe, expect, it } from "vitest";
import { complete, emitted, failure, wires, wireValue, written } from "./support/program.ts";
import { texts } from "./support/texts.ts";

const hostile = [
  "__proto__",
  "constructor",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "toJSON",
  "then",
  "seen-count",
  "a b/c.d",
  "0",
  "é 🙂",
  "x".repeat(255),
  "é".repeat(127),
];

/** What a polluted program would show. */
function expectCleanPrototypes(): void {
  for (const prototype of [Object.prototype, Map.prototype, Function.prototype]) {
    for (const name of ["polluted", "count", "is"]) expect(name in prototype).toBe(false);
  }
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect(({} as { toString: unknown }).toString).toBe(Object.prototype.toString);
}

const message = wireValue(string, "go");

describe.each(wires)("a state on wire $name", (codec) => {
  it.each(hostile)("may be called %s", async (name) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { [name]: { type: int, initial: 1 } } }, (context) => {
      const state = context.state as Record<string, number>;
      context.emit(texts, String(state[name]));
      state[name] = Number(state[name]) + 1;
    });
    const first = await complete(codec, functions, {
      state: [[name, undefined]],
      messages: [message],
    });
    expect(emitted(first, string)).toEqual(["1"]);
    expect(written(first, name, int)).toBe(2);
    const state = [[name, wireValue(int, 41)]] as const;
    const second = await complete(codec, functions, { state, messages: [message] });
    expect(written(second, name, int)).toBe(42);
    expectCleanPrototypes();
  });

  it.each(hostile)("called %s is deleted like any other", async (name) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { [name]: int } }, ({ state }) => {
      Reflect.deleteProperty(state, name);
      expect(name in state).toBe(false);
    });
    const state = [[name, wireValue(int, 41)]] as const;
    const outcome = await complete(codec, functions, { state, messages: [message] });
    expect(written(outcome, name, int)).toBe(null);
  });

  it.each(hostile)("that nobody declared is absent, not inherited: %s", async (name) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { declared: int } }, ({ state }) => {
      expect(Reflect.get(state, name)).toBe(undefined);
      expect(name in state).toBe(false);
      Reflect.set(state, name, 5);
    });
    const state = [
      ["declared", undefined],
      [name, wireValue(int, 5)],
    ] as const;
    await failure(complete(codec, functions, { state, messages: [message] }), "undeclared_state");
    expectCleanPrototypes();
  });
});

describe("a name is refused when it is bound", () => {
  it.each([
    ["an empty one", ""],
    ["one of 256 bytes", "x".repeat(256)],
    ["one of 128 letters of two bytes", "é".repeat(128)],
    ["a lone surrogate", "\ud800"],
  ])("of a state: %s", async (_what, name) => {
    const bind = () =>
      new StatefulFunctions().bind("test/fn", { state: { [name]: int } }, () => {});
    await failure(bind, "invalid_argument");
  });

  it.each(["", "/", "fn", "/fn", "test/", "a/b/c", "a//b", "a/\ud800", 5, null, undefined])(
    "of a function: %s",
    async (typename) => {
      const bind = () => new StatefulFunctions().bind(typename as Typename, () => {});
      await failure(bind, "invalid_argument");
    },
  );
});

describe.each(wires)("hostile JSON on wire $name", (codec) => {
  const open = json("test/open", shape<Record<string, unknown>>());
  const given =
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"is":{"__proto__":{"polluted":1}}}';
  const stored = { typename: "test/open", bytes: new TextEncoder().encode(given), headers: [] };

  it("as a message touches no prototype, and keeps what it says", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: open }, (context, value) => {
      expect(Object.hasOwn(value, "__proto__")).toBe(true);
      expect(Reflect.get({}, "polluted")).toBe(undefined);
      context.emit(texts, JSON.stringify(value));
    });
    const outcome = await complete(codec, functions, { messages: [stored] });
    expect(emitted(outcome, string)).toEqual([given]);
    expectCleanPrototypes();
  });

  it("as a message of several accepted types is only data, whatever it pretends", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: [open, string] }, (context, message) => {
      if (message.typename === "test/open") context.emit(texts, JSON.stringify(message.value));
    });
    const text = '{"~message":true,"~typed":true,"typename":"test/other","value":1,"bytes":{}}';
    const pretending = { ...stored, bytes: new TextEncoder().encode(text) };
    const outcome = await complete(codec, functions, { messages: [pretending] });
    expect(emitted(outcome, string)).toEqual([text]);
  });

  it("as a state touches no prototype, and is not written by a read", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { state: { kept: open } }, ({ state }) => {
      expect(Object.hasOwn(state.kept ?? {}, "__proto__")).toBe(true);
    });
    const batch = { state: [["kept", stored]] as const, messages: [message] };
    expect((await complete(codec, functions, batch)).mutations).toEqual([]);
    expectCleanPrototypes();
  });

  it("in names of addresses touches no prototype", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { replies: string }, (context) => context.reply(context.self.id));
    const caller = { typename: "__proto__/constructor", id: "__proto__" };
    const target = { typename: "test/fn", id: "__proto__" };
    const outcome = await complete(codec, functions, { target, caller, messages: [message] });
    expect(outcome.messages[0]?.target).toEqual(caller);
    for (const typename of ["__proto__/x", "constructor/toString", "toString"]) {
      const work = complete(codec, functions, {
        target: { typename, id: "" },
        messages: [message],
      });
      await failure(work, "unknown_function");
    }
    expectCleanPrototypes();
  });
});
