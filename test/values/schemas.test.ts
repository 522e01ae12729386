import { json, type StandardSchemaV1, StatefulFunctions, shape, string, type Type } from "statefun";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { complete, failure, wires, wireValue } from "../semantics/support/program.ts";

/** A schema written by hand. */
const made = (validate: (value: unknown) => unknown): StandardSchemaV1 => ({
  "~standard": { version: 1, vendor: "test", validate: (value) => validate(value) as never },
});
class Money {
  readonly cents = 5;
}

/** Schemas that accept what JSON does not give back. */
const lossy: readonly (readonly [name: string, schema: unknown, value: unknown])[] = [
  ["zod's date", z.object({ at: z.date() }), { at: new Date(0) }],
  ["zod's date of a text", z.coerce.date(), "2020-01-01T00:00:00.000Z"],
  ["zod's map", z.map(z.string(), z.number()), new Map([["a", 1]])],
  ["zod's set", z.set(z.string()), new Set(["a"])],
  ["zod's nan", z.nan(), Number.NaN],
  ["zod's instanceof", z.instanceof(Money), new Money()],
  ["zod's bigint", z.bigint(), 5n],
  ["zod's list with undefined", z.array(z.union([z.string(), z.undefined()])), ["a", undefined]],
  ["a transform of zod to an instance", z.number().transform(() => new Money()), 1],
  [
    "a transform of zod to undefined",
    z.object({ a: z.string().transform(() => undefined) }),
    { a: "x" },
  ],
  ["valibot's number", v.number(), Number.POSITIVE_INFINITY],
  ["valibot's date", v.object({ at: v.date() }), { at: new Date(0) }],
  ["valibot's required undefined", v.object({ a: v.undefinedable(v.string()) }), { a: undefined }],
  ["valibot's bytes", v.instance(Uint8Array), Uint8Array.of(1)],
  ["a schema of anything", made((value) => ({ value })), { re: /a/ }],
  [
    "a schema that needs a Date",
    made((value) =>
      value instanceof Date ? { value: value.toJSON() } : { issues: [{ message: "no Date" }] },
    ),
    new Date(0),
  ],
  [
    "a schema that needs no prototype",
    made((value) =>
      Object.getPrototypeOf(value) === null ? { value } : { issues: [{ message: "no" }] },
    ),
    Object.create(null),
  ],
  ["a schema that counts", made((value) => ({ value: Number(value) + 1 })), 1],
  ["a schema that gives a Date", made(() => ({ value: { at: new Date(0) } })), {}],
  ["a schema that gives a hole", made(() => ({ value: new Array(1) })), []],
];

const stored = (type: Type<unknown>, value: unknown) => {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string, state: { kept: type } }, ({ state }, text) => {
    if (text === "write") state.kept = value;
    else void state.kept;
  });
  return functions;
};

describe.each(wires)(
  "a state whose schema accepts what JSON does not give back, on wire $name,",
  (codec) => {
    it.each(lossy)("is refused where it is written: %s", async (_name, schema, value) => {
      const functions = stored(json("test/Lossy", schema as StandardSchemaV1), value);
      const batch = {
        state: [["kept", undefined]] as const,
        messages: [wireValue(string, "write")],
      };
      const error = await complete(codec, functions, batch).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: "StateFunError" });
      expect(Object(error).code).toMatch(/^(value_invalid|invalid_argument)$/);
      expect(Object(error).message).toContain('state "kept" of test/fn: ');
    });
  },
);

describe("a message whose schema accepts what JSON does not give back", () => {
  const receivers = new Set([
    "a transform of zod to an instance",
    "zod's date of a text",
    "a schema that counts",
    "a transform of zod to undefined",
    "a schema that gives a Date",
    "a schema that gives a hole",
  ]);

  it.each(lossy)(
    "is refused at its sender, or read by its receiver: %s",
    async (name, schema, value) => {
      const type = json("test/Lossy", schema as StandardSchemaV1);
      // What is read may be anything: the wire holds what was given.
      if (receivers.has(name)) expect(() => type.decode(type.encode(value))).not.toThrow();
      else await failure(() => type.of(value), "value_invalid");
    },
  );
});

describe.each(wires)("a state that was accepted, on wire $name,", (codec) => {
  const fine: readonly (readonly [name: string, schema: unknown, value: unknown, read: unknown])[] =
    [
      ["defaults", z.object({ n: z.number().default(1) }), {}, { n: 1 }],
      ["keys that are dropped", z.object({ a: z.string() }), { b: 1, a: "x" }, { a: "x" }],
      [
        "an optional that is undefined",
        z.object({ a: z.string().optional() }),
        { a: undefined },
        {},
      ],
      ["a record", z.record(z.string(), z.number()), { b: 1, a: -0 }, { b: 1, a: -0 }],
      ["valibot's defaults", v.object({ n: v.optional(v.number(), 1) }), {}, { n: 1 }],
      ["valibot's trim", v.pipe(v.string(), v.trim()), " a ", "a"],
      [
        "undefined that a schema adds",
        made(() => ({ value: { a: 1, b: undefined } })),
        {},
        { a: 1 },
      ],
    ];

  it.each(fine)(
    "can be read, in its batch and in the next: %s",
    async (_name, schema, value, read) => {
      const type = json("test/Fine", schema as StandardSchemaV1);
      const functions = new StatefulFunctions();
      const seen: unknown[] = [];
      functions.bind("test/fn", { accepts: string, state: { kept: type } }, ({ state }, text) => {
        if (text === "write") state.kept = value;
        else seen.push(JSON.stringify(state.kept), state.kept);
      });
      const messages = ["write", "read"].map((text) => wireValue(string, text));
      const outcome = await complete(codec, functions, { state: [["kept", undefined]], messages });
      const state = [["kept", outcome.mutations[0]?.value]] as const;
      await complete(codec, functions, { state, messages: messages.slice(1) });
      expect(seen[0]).toBe(seen[2]);
      expect(seen[1]).toEqual(read);
      expect(seen[3]).toEqual(read);
    },
  );
});

describe("what a schema has against a value", () => {
  const nested = z.object({
    user: z.object({ name: z.string() }),
    "a b": z.array(z.number()).optional(),
  });

  it.each<[string, unknown, unknown, string]>([
    [
      "zod",
      nested,
      { user: { name: 5 } },
      "test/User: user.name: Invalid input: expected string, received number",
    ],
    [
      "zod, in a list",
      nested,
      { user: { name: "" }, "a b": [1, "x"] },
      'test/User: ["a b"][1]: Invalid input',
    ],
    [
      "valibot",
      v.object({ user: v.object({ name: v.string() }) }),
      { user: { name: 5 } },
      "user.name: Invalid type: Expected string but received 5",
    ],
    [
      "a path of objects",
      made(() => ({ issues: [{ message: "no", path: [{ key: "a" }, { key: 0 }] }] })),
      {},
      "a[0]: no",
    ],
    [
      "a path of a symbol",
      made(() => ({ issues: [{ message: "no", path: [Symbol("s")] }] })),
      {},
      "[Symbol(s)]: no",
    ],
    [
      "no path",
      made(() => ({ issues: [{ message: "not even", path: [] }] })),
      {},
      "test/User: not even",
    ],
    [
      "a path that is none",
      made(() => ({ issues: [{ message: "no", path: 5 }] })),
      {},
      "test/User: no",
    ],
    [
      "two",
      made(() => ({ issues: [{ message: "one", path: ["a"] }, { message: "two" }] })),
      {},
      "a: one; two",
    ],
  ])("is said with its place: %s", async (_name, schema, value, text) => {
    const error = await failure(
      () => json("test/User", schema as StandardSchemaV1).of(value),
      "value_invalid",
    );
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('\\"');
  });

  it("is short, however much there is", async () => {
    const type = json("test/List", z.array(z.string()));
    const list = Array.from({ length: 10_000 }, (_, index) => index) as never;
    const { message } = await failure(() => type.of(list), "value_invalid");
    expect(message).toMatch(/\[4\]: .*; and 9995 more$/);
    expect(message.length).toBeLessThan(500);
  });

  it("is said of a message that cannot be read, and of its JSON", () => {
    const type = json("test/User", nested);
    const bytes = json("test/User", shape<unknown>()).encode({ user: { name: 5 } });
    expect(() => type.decode(bytes)).toThrow(/^test\/User: user\.name: /);
    expect(() => type.decode(Uint8Array.of(0x7b))).toThrow(/test\/User: expected JSON \(/);
  });
});
