import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { branchOf, fits, problemOf } from "../../../src/console/page/form/fits.ts";
import { carried, initialOf } from "../../../src/console/page/form/initial.ts";
import { hasLargeNumbers, type Json, withProperty } from "../../../src/console/page/form/json.ts";
import { type FormNode, nodeOf } from "../../../src/console/page/form/node.ts";
import type { Schema } from "../../../src/console/page/form/schema.ts";
import { recordedSchemas } from "./recorded-schemas.ts";

const now = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
const target = "draft-2020-12";

/** As the surface asks for it. */
function emitted(schema: z.ZodType): Schema {
  const { jsonSchema } = Object(schema["~standard"]);
  return JSON.parse(JSON.stringify(jsonSchema.input({ target })));
}

const Tree = z.object({
  name: z.string(),
  get kids() {
    return z.array(Tree);
  },
});
const Chain = z.object({
  v: z.number(),
  get next() {
    return Chain.nullable();
  },
});

const zodTypes: Readonly<Record<string, z.ZodType>> = {
  object: z.object({
    a: z.string().min(1).max(5).describe("A thing"),
    b: z.int().min(1).optional(),
    c: z.number().nullable(),
    d: z.boolean().default(true),
    e: z.enum(["x", "y"]),
    f: z.literal("q"),
    l: z.literal(["a", 3]),
    g: z.iso.date(),
    h: z.iso.datetime(),
    i: z.email(),
    j: z.uuid(),
    k: z.url(),
    m: z.string().regex(/^a/),
    n: z.null(),
    o: z.any(),
  }),
  strict: z.strictObject({ a: z.string() }),
  loose: z.looseObject({ a: z.string() }),
  array: z.array(z.string()).min(1).max(3),
  tuple: z.tuple([z.string(), z.number()]),
  tupleWithRest: z.tuple([z.string()], z.number()),
  tupleOptional: z.tuple([z.string(), z.number().optional()]),
  union: z.union([z.string(), z.number()]),
  discriminated: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("a"), x: z.string() }),
    z.object({ kind: z.literal("b"), y: z.number() }),
  ]),
  nullable: z.object({ x: z.string() }).nullable(),
  record: z.record(z.string(), z.number()),
  recordOfEnum: z.record(z.enum(["a", "b"]), z.number()),
  partialRecord: z.partialRecord(z.enum(["a", "b"]), z.number()),
  tree: Tree,
  chain: Chain,
  and: z.object({ a: z.string() }).and(z.object({ b: z.number() })),
  andUnion: z
    .object({ a: z.string() })
    .and(z.union([z.object({ b: z.string() }), z.object({ c: z.string() })])),
  positive: z.number().positive().multipleOf(0.01),
  int32: z.int32(),
  named: z.object({
    p: z.string().meta({ id: "Pid" }),
    q: z.object({ z: z.string() }).meta({ id: "Q", title: "Queue" }),
  }),
  json: z.json(),
  bounds: z.object({ low: z.int().min(5), high: z.int().max(-5), open: z.number().gt(0).lt(1) }),
  readonly: z.array(z.string()).readonly(),
};

const zodSchemas = Object.entries(zodTypes).map(
  ([name, type]) => [`zod ${name}`, emitted(type)] as const,
);
const all = [...zodSchemas, ...Object.entries(recordedSchemas)];

/** Nothing is said of formats and patterns, which no form can guess. */
function withoutFormats(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutFormats);
  if (typeof schema !== "object" || schema === null) return schema;
  const { format: _, pattern: __, minLength: ___, ...rest } = Object(schema);
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, withoutFormats(one)]));
}

describe("a form of what zod, valibot and arktype emit", () => {
  it.each(all)("%s: begins with a value that the schema takes", (_, schema) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile(Object(withoutFormats(schema)));
    const value = initialOf(schema, schema, now);
    expect([value, validate(value), validate.errors]).toEqual([value, true, null]);
  });

  it("starts with defaults, examples, dates of now, the lowest bound, and what must be there", () => {
    const schema = emitted(zodTypes["object"] ?? z.never());
    expect(initialOf(schema, schema, now)).toEqual({
      ...{ a: "", c: 0, e: "x", f: "q", l: "a", g: "2026-02-03", h: "2026-02-03T04:05:06.789Z" },
      ...{ i: "", j: "", k: "", m: "", n: null, o: null },
    });
    const bounds = emitted(zodTypes["bounds"] ?? z.never());
    expect(initialOf(bounds, bounds, now)).toEqual({ low: 5, high: -5, open: 0.5 });
    const meta = emitted(z.string().meta({ examples: ["C-7731"] }));
    expect(initialOf(meta, meta, now)).toBe("C-7731");
  });

  it("ends in a schema that contains itself", () => {
    for (const [name, type] of Object.entries({ Tree, Chain })) {
      const schema = emitted(type);
      const value = initialOf(schema, schema, now);
      expect([name, type.safeParse(value).success]).toEqual([name, true]);
    }
    const endless = { $defs: { a: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" };
    expect(nodeOf(endless, endless).kind).toBe("json");
    const nested = { type: "object", required: ["x"], properties: { x: { $ref: "#" } } };
    expect(JSON.stringify(initialOf(nested, nested, now)).length).toBeLessThan(200);
  });

  const kinds = (schema: Schema): string[] => {
    const node = nodeOf(schema, schema);
    if (node.kind === "object") {
      return node.properties.map(
        ({ name, schema: one, isRequired }) =>
          `${name}${isRequired ? "" : "?"} ${nodeOf(one, schema).kind}`,
      );
    }
    if (node.kind === "choice") return node.branches.map(({ label }) => label);
    return [node.kind];
  };

  it.each([
    [
      "zod object",
      [
        ...[
          "a string",
          "b? number",
          "c choice",
          "d? boolean",
          "e pick",
          "f pick",
          "l pick",
          "g string",
        ],
        ...["h string", "i string", "j string", "k string", "m string", "n null", "o json"],
      ],
    ],
    [
      "valibot object",
      [
        ...["a string", "b? number", "c choice", "d? boolean", "e pick", "f pick", "g string"],
        ...["i string", "n? choice"],
      ],
    ],
    ["zod union", ["string", "number"]],
    ["valibot union", ["string", "number"]],
    ["arktype union", ["number", "string"]],
    ["zod discriminated", ["kind: a", "kind: b"]],
    ["valibot variant", ["kind: a", "kind: b"]],
    ["arktype discriminated", ["kind: a", "kind: b"]],
    ["zod nullable", ["{ x }", "null"]],
    ["zod andUnion", ["{ a, b }", "{ a, c }"]],
    ["zod recordOfEnum", ["a number", "b number"]],
    ["zod partialRecord", ["a? number", "b? number"]],
    ["zod named", ["p string", "q object"]],
    ["valibot intersect", ["a string", "b number"]],
    ["arktype cyclic", ["name string", "inner? object"]],
    ["valibot enum", ["pick"]],
    ["valibot any", ["json"]],
    ["zod json", ["string", "number", "boolean", "null", "array", "object"]],
  ])("%s has these parts", (name, expected) => {
    expect(kinds(Object.fromEntries(all)[name] ?? {})).toEqual(expected);
  });

  it("knows what stands behind the fixed items of a tuple", () => {
    const list = (name: string) => {
      const schema = Object.fromEntries(all)[name] ?? {};
      const node = nodeOf(schema, schema) as FormNode & { readonly kind: "array" };
      return [node.first.length, node.items, node.min, node.max];
    };
    expect(list("zod tuple")).toEqual([2, undefined, 2, 2]);
    expect(list("zod tupleWithRest")).toEqual([1, { type: "number" }, 1, Infinity]);
    expect(list("zod tupleOptional")).toEqual([2, undefined, 1, 2]);
    expect(list("valibot tuple")).toEqual([2, undefined, 2, 2]);
    expect(list("zod array")).toEqual([0, { type: "string" }, 1, 3]);
  });
});

describe("what no form can say", () => {
  it.each([
    [{ not: {} }],
    [{ $ref: "https://example.com/schema" }],
    [{ $ref: "#/$defs/missing" }],
    [{ allOf: [{ type: "string" }, { type: "number" }] }],
    [{ anyOf: [{ type: "string" }], oneOf: [{ type: "string" }] }],
    [{ type: "string", anyOf: [{ type: "number" }] }],
    [{ type: "nothing" }],
    [{}],
  ])("%j is JSON", (schema) => {
    expect(nodeOf(schema, schema).kind).toBe("json");
  });

  it("is JSON for its part alone", () => {
    const schema = { type: "object", properties: { a: { not: {} }, b: { type: "string" } } };
    const node = nodeOf(schema, schema) as FormNode & { readonly kind: "object" };
    expect(node.properties.map(({ schema: one }) => nodeOf(one, schema).kind)).toEqual([
      "json",
      "string",
    ]);
  });

  it("is not followed through a hostile reference", () => {
    for (const $ref of ["#/__proto__", "#/constructor", "#/%", "#/a~b", "", 5]) {
      expect(nodeOf({ $ref }, { $ref }).kind).toBe("json");
    }
  });
});

describe("a union", () => {
  const schema = emitted(zodTypes["discriminated"] ?? z.never());
  const node = nodeOf(schema, schema) as FormNode & { readonly kind: "choice" };

  it("shows the branch that a value is of", () => {
    expect(branchOf(node, { kind: "b", y: 1 }, schema)).toBe(1);
    expect(branchOf(node, { kind: "b", y: "no number" }, schema)).toBe(0);
    const union = emitted(zodTypes["union"] ?? z.never());
    const either = nodeOf(union, union) as FormNode & { readonly kind: "choice" };
    expect(branchOf(either, "", union)).toBe(0);
    expect(branchOf(either, 5, union)).toBe(1);
    expect(branchOf(either, null, union)).toBe(0);
  });

  it("keeps what fits when another branch is chosen", () => {
    const shared = emitted(
      z.union([
        z.object({ kind: z.literal("a"), name: z.string(), n: z.number() }),
        z.object({ kind: z.literal("b"), name: z.string(), n: z.string() }),
      ]),
    );
    const [, other] = (nodeOf(shared, shared) as FormNode & { readonly kind: "choice" }).branches;
    const kept = carried(other?.schema, { kind: "a", name: "Zoë", n: 5 }, shared, now);
    expect(kept).toEqual({ kind: "b", name: "Zoë", n: "" });
  });
});

describe("a field", () => {
  const problem = (type: z.ZodType, value: unknown) => {
    const schema = emitted(type);
    return problemOf(nodeOf(schema, schema), value);
  };

  it("says what is wrong before the server does", () => {
    expect(problem(z.string().min(2), "😀")).toBe("at least 2 characters");
    expect(problem(z.string().max(1), "😀")).toBeUndefined();
    expect(problem(z.email(), "x")).toBe("must be a valid email");
    expect(problem(z.string().regex(/^a/), "b")).toBe("must match ^a");
    expect(problem(z.int().min(1), 0)).toBe("at least 1");
    expect(problem(z.int(), 1.5)).toBe("an integer");
    expect(problem(z.number().lt(1), 1)).toBe("less than 1");
    expect(problem(z.number().multipleOf(0.01), 0.07)).toBeUndefined();
    expect(problem(z.number().multipleOf(0.01), 0.075)).toBe("a multiple of 0.01");
    expect(problem(z.number(), "")).toBe("must be of the type number");
    expect(problemOf(nodeOf({ type: "string", pattern: "(" }, {}), "x")).toBeUndefined();
  });

  it("fits what zod takes", () => {
    for (const [name, type] of Object.entries(zodTypes)) {
      const schema = emitted(type);
      const value = initialOf(schema, schema, now);
      if (type.safeParse(value).success) {
        expect([name, fits(schema, value, schema)]).toEqual([name, true]);
      }
    }
  });
});

describe("the value of a form", () => {
  it("has properties of any name, in their order", () => {
    const hostile: Json = JSON.parse('{"__proto__":1,"b":2}');
    const changed = withProperty(hostile as never, "__proto__", 3);
    expect(JSON.stringify(changed)).toBe('{"__proto__":3,"b":2}');
    const added = withProperty({}, "__proto__", 3);
    expect(JSON.stringify(added)).toBe('{"__proto__":3}');
    expect(JSON.stringify(withProperty({ a: 1, b: 2 }, "a", undefined))).toBe('{"b":2}');
  });

  it.each([
    ["9007199254740993", true],
    ["9007199254740992", false],
    ['{"a":[-12345678901234567890]}', true],
    ['"12345678901234567890"', false],
    ['"\\"12345678901234567890"', false],
    ["1e300", false],
    ["1234567890.12345678901", false],
    ["0", false],
  ])("%s changes when it is parsed: %s", (text, expected) => {
    expect(hasLargeNumbers(text)).toBe(expected);
  });
});
