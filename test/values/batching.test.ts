import { create } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import {
  anyValue,
  bytes,
  customType,
  float,
  int,
  json,
  type Message,
  StatefulFunctions,
  type StateSpecs,
  shape,
  string,
} from "statefun";
import { protobuf } from "statefun/protobuf";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complete, wires, wireValue } from "../semantics/support/program.ts";
import { expectSame } from "./support/same.ts";

interface Cart {
  items: string[];
  note?: string | undefined;
}
const cart = json("test/Cart", shape<Cart>());

/** Whatever it encodes, it reads the text in capitals. */
const shouting = customType({
  typename: "test/Shouting",
  encode: (value: { text: string }) => new TextEncoder().encode(value.text),
  decode: (encoded) => ({ text: new TextDecoder().decode(encoded).toUpperCase() }),
});

interface Play {
  readonly name: string;
  readonly types: StateSpecs;
  /** What the messages do, one after another. The last one's result is what is compared. */
  readonly steps: readonly ((state: Record<string, unknown>) => unknown)[];
}

let leak: unknown;
const plays: readonly Play[] = [
  {
    name: "one object assigned to two states",
    types: { a: cart, b: cart },
    steps: [
      (state) => (state["a"] = state["b"] = { items: ["x"] }),
      ({ a }) => (a as Cart).items.push("y"),
      ({ a, b }) => [a, b],
    ],
  },
  {
    name: "an assigned value that a variable keeps",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = leak = { items: [] }),
      () => (leak as Cart).items.push("late"),
      ({ a }) => a,
    ],
  },
  {
    name: "a value that was only read, and that a variable keeps",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { items: [] }),
      ({ a }) => (leak = a),
      ({ a }) => [(leak as Cart).items.push("late"), a],
      ({ a }) => a,
    ],
  },
  {
    name: "a value that each message changes in place, and that a variable keeps",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { items: ["x"] }),
      ({ a }) => {
        leak = a;
        (a as Cart).items.push("y");
      },
      ({ a }) => [(leak as Cart).items.push("late"), (a as Cart).items.push("z")],
      ({ a }) => [(leak as Cart).items.push("late"), a],
      ({ a }) => a,
    ],
  },
  {
    name: "an order of keys that is changed in place",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { note: "n", items: [] }),
      ({ a }) =>
        Reflect.deleteProperty(a as Cart, "note") && Object.assign(a as Cart, { note: "n" }),
      ({ a }) => JSON.stringify(a),
    ],
  },
  {
    name: "the sign of a zero that is changed in place",
    types: { a: json("test/Numbers", shape<number[]>()) },
    steps: [
      (state) => (state["a"] = [0]),
      ({ a }) => (a as number[]).fill(-0),
      ({ a }) => a,
      ({ a }) => (a as number[]).push(1),
      ({ a }) => a,
    ],
  },
  {
    name: "a value that is changed, deleted and read as it began",
    types: { a: { type: cart, initial: () => ({ items: ["first"] }) } },
    steps: [
      (state) => (state["a"] = { items: ["x"] }),
      (state) => [
        (state["a"] as Cart).items.push("y"),
        Reflect.deleteProperty(state, "a"),
        state["a"],
      ],
      ({ a }) => (a as Cart).items.push("z"),
      ({ a }) => a,
    ],
  },
  {
    name: "a value that is changed before a bad one is assigned",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { items: ["x"] }),
      (state) => {
        (state["a"] as Cart).items.push("y");
        expect(() => (state["a"] = { items: [() => 1] })).toThrow("items[0]");
      },
      ({ a }) => a,
    ],
  },
  {
    name: "a frozen value",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = Object.freeze({ items: Object.freeze([]) })),
      ({ a }) => (a as Cart).items.push("y"),
      ({ a }) => a,
    ],
  },
  {
    name: "one object twice in a value",
    types: { a: json("test/Pair", shape<string[][]>()) },
    steps: [
      (state) => ((one) => (state["a"] = [one, one]))(["x"]),
      ({ a }) => (a as string[][])[0]?.push("y"),
      ({ a }) => a,
    ],
  },
  {
    name: "a property that is undefined",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { items: [], note: undefined }),
      ({ a }) => Object.keys(a as Cart),
    ],
  },
  {
    name: "a property set to undefined in place",
    types: { a: cart },
    steps: [
      (state) => (state["a"] = { items: [], note: "n" }),
      ({ a }) => ((a as Cart).note = undefined),
      ({ a }) => Object.keys(a as Cart),
    ],
  },
  {
    name: "a text that a schema trims",
    types: { a: json("test/Trimmed", z.string().trim()) },
    steps: [(state) => (state["a"] = "  a "), ({ a }) => a],
  },
  {
    name: "defaults and an order of keys that a schema gives",
    types: { a: json("test/D", z.object({ name: z.string(), count: z.number().default(1) })) },
    steps: [(state) => (state["a"] = { name: "x" }), ({ a }) => JSON.stringify(a)],
  },
  {
    name: "a custom type that reads other than it wrote",
    types: { a: shouting },
    steps: [(state) => (state["a"] = { text: "quiet" }), ({ a }) => a],
  },
  {
    name: "a number that is rounded to 32 bits",
    types: { a: float },
    steps: [(state) => (state["a"] = 0.1), ({ a }) => a],
  },
  {
    name: "a -0 as an integer",
    types: { a: int },
    steps: [(state) => (state["a"] = -0), ({ a }) => a],
  },
  {
    name: "bytes that a variable keeps",
    types: { a: bytes("test/blob") },
    steps: [
      (state) => (state["a"] = leak = Uint8Array.of(1)),
      () => (leak as Uint8Array).fill(9),
      ({ a }) => a,
    ],
  },
  {
    name: "a Node Buffer",
    types: { a: bytes("test/blob") },
    steps: [(state) => (state["a"] = Buffer.from("a")), ({ a }) => Object(a).constructor.name],
  },
  {
    name: "a protobuf message that a variable keeps, with a property of nobody",
    types: { a: protobuf(DurationSchema) },
    steps: [
      (state) => (state["a"] = leak = Object.assign(create(DurationSchema), { more: 1 })),
      () => Object.assign(leak as object, { nanos: 7 }),
      ({ a }) => [Object(a).nanos, Object(a).more],
    ],
  },
  {
    name: "a tagged value as any value",
    types: { a: anyValue },
    steps: [
      (state) => (state["a"] = string.of("x")),
      ({ a }) => [Object(a)["~typed"], (a as Message).as(string), Object(a).headers.get("h")],
    ],
  },
];

function program({ types, steps }: Play) {
  const seen: unknown[] = [];
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: int, state: types }, ({ state }, index) => {
    seen.push(structuredClone(steps[index]?.(state)));
  });
  return { functions, seen };
}

describe.each(wires)("what a handler reads on wire $name", (codec) => {
  it.each(plays)("is the same in one batch as in many: $name", async (play) => {
    const names = Object.keys(play.types);
    const messages = play.steps.map((_, index) => wireValue(int, index));
    const together = program(play);
    const state = names.map((name) => [name, undefined] as const);
    const { mutations } = await complete(codec, together.functions, { state, messages });
    const singly = program(play);
    const stored = new Map<string, ReturnType<typeof wireValue> | undefined>(state);
    for (const message of messages) {
      const batch = { state: stored, messages: [message] };
      const outcome = await complete(codec, singly.functions, batch);
      for (const { name, value } of outcome.mutations) stored.set(name, value as never);
    }
    expectSame(together.seen.at(-1), singly.seen.at(-1));
    for (const { name, value } of mutations) expect(value).toEqual(stored.get(name));
  });
});

describe("the value of a message", () => {
  it("is at its sender what it is at its receiver", () => {
    const given = { items: ["a"], note: undefined };
    const made = cart.of(given);
    given.items.push("b");
    expectSame(made.value, { items: ["a"] });
    expect(shouting.of({ text: "quiet" }).value).toEqual({ text: "QUIET" });
    expect(float.of(0.1).value).toBe(Math.fround(0.1));
  });

  it("is the same each time, and what is done to it is not sent on", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: [cart, string] }, (context, message) => {
      if (message.typename !== "test/Cart") return;
      expect(message.value).toBe(message.value);
      message.value.items.push("late");
      context.send(context.self, message);
    });
    for (const codec of wires) {
      const messages = [wireValue(cart, { items: ["a"] })];
      const outcome = await complete(codec, functions, { messages });
      const [sent] = outcome.messages;
      expect(cart.decode(sent?.argument.bytes ?? new Uint8Array())).toEqual({ items: ["a"] });
    }
  });
});
