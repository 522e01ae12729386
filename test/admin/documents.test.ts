import { Validator } from "@seriousme/openapi-schema-validator";
import { bytes, int, json, keep, StatefulFunctions, shape, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Figures } from "../../src/surface/admin/admin-host.ts";
import { adminRoutes } from "../../src/surface/admin/admin-routes.ts";
import { metricsIn } from "../../src/surface/admin/reads/metrics.ts";
import { Components } from "../../src/surface/openapi/components.ts";
import { codeSpans, readDocument, tableRows } from "../docs/documents.ts";
import { type Answered, closing, functions as ops, records, start } from "./app.ts";

async function expectValid(document: Answered): Promise<void> {
  const result = await new Validator().validate(structuredClone(document));
  expect(result).toEqual({ valid: true });
  // A reference that leads nowhere is no error of the format.
  const names = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"/]+)/g);
  for (const [, name = ""] of names)
    expect(Object.keys(document.components.schemas)).toContain(name);
}

/** The document of an application of these functions. */
async function documentOf(functions: StatefulFunctions, options: object = {}): Promise<Answered> {
  const runtime = await createRuntime({
    modules: [functions],
    http: { expose: "all", authenticate: "none", ...options },
  });
  closing(() => runtime.close());
  const response = await runtime.fetch(new Request("http://x/openapi.json"));
  expect(response.status).toBe(200);
  const document = await response.json();
  await expectValid(document);
  return document;
}

describe("GET /admin/openapi.json", () => {
  it("is OpenAPI 3.1", async () => {
    const { read } = await start();
    const document = await read("/admin/openapi.json", { as: "reader" });
    expect(document.openapi).toBe("3.1.0");
    await expectValid(document);
  });

  it("has every row of the table, and nothing else", async () => {
    const { read } = await start();
    const { paths } = await read("/admin/openapi.json");
    const found = Object.entries<Answered>(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(found.sort()).toEqual(adminRoutes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it("names an operation once", async () => {
    const { read } = await start();
    const { paths } = await read("/admin/openapi.json");
    const ids = Object.values<Answered>(paths).flatMap((methods) =>
      Object.values<Answered>(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z0-9]+$/);
  });

  it("knows the base path", async () => {
    const { read } = await start({
      http: { admin: { authenticate: () => true }, basePath: "/api" },
    });
    expect((await read("/api/admin/openapi.json")).servers).toEqual([{ url: "/api" }]);
  });
});

describe("GET /openapi.json", () => {
  it("is for callers whom authenticate lets in", async () => {
    const { ask, read } = await start();
    for (const as of ["", "writer", "stranger"]) {
      expect((await ask("/openapi.json", { as })).status).toBe(401);
    }
    const document = await read("/openapi.json", { as: "client" });
    await expectValid(document);
    expect(Object.keys(document.paths)).toEqual([
      "/functions/ops/cart/{id}",
      "/egresses/ops/records",
    ]);
    const head = await ask("/openapi.json", { as: "client", method: "HEAD", headers: {} });
    expect(head.status).toBe(200);
    const post = await ask("/openapi.json", { as: "client", method: "POST" });
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("is not there where nothing is exposed", async () => {
    const { ask } = await start({ http: { admin: { authenticate: () => true } } });
    expect((await ask("/openapi.json", { as: "" })).status).toBe(404);
  });

  it("is below the base path", async () => {
    const runtime = await createRuntime({
      modules: [ops],
      egresses: [keep(records)],
      http: { expose: "all", authenticate: "none", basePath: "/api/v1" },
    });
    closing(() => runtime.close());
    expect((await runtime.fetch(new Request("http://x/openapi.json"))).status).toBe(404);
    const response = await runtime.fetch(new Request("http://x/api/v1/openapi.json"));
    expect(await response.json()).toMatchObject({ servers: [{ url: "/api/v1" }] });
  });

  const schemasOf = async (types: Parameters<typeof bind>[0]): Promise<Answered> => {
    const document = await documentOf(bind(types));
    const content = document.paths["/functions/t/fn/{id}"].post.requestBody.content;
    return { content, schemas: document.components.schemas };
  };
  const bind = (types: readonly [Answered, ...Answered[]]) => {
    const functions = new StatefulFunctions("t");
    functions.bind("t/fn", { accepts: types as never, replies: types as never }, () => {});
    return functions;
  };

  it("has the schema of a type where its library tells it", async () => {
    const order = z.object({ item: z.string(), count: z.int().min(1).optional() });
    const { content, schemas } = await schemasOf([json("t/Order", order)]);
    expect(content["application/json"].schema).toEqual({ $ref: "#/components/schemas/t_Order" });
    expect(schemas["t_Order"]).toMatchObject({
      type: "object",
      required: ["item"],
      properties: { item: { type: "string" } },
    });
    expect(schemas["t_Order"]).not.toHaveProperty("$schema");
  });

  it("has what a type takes, not what its reader gets", async () => {
    const schema = z.object({ at: z.string().transform((text) => new Date(text)) });
    const { schemas } = await schemasOf([json("t/At", schema)]);
    expect(schemas["t_At"].properties).toEqual({ at: { type: "string" } });
  });

  it.each<[string, Answered]>([
    ["says nothing", v.object({ a: v.string() })],
    ["checks nothing", shape<unknown>()],
    ["cannot say it", z.object({ big: z.bigint() })],
    [
      "throws",
      withSchema(() => {
        throw new Error("no");
      }),
    ],
    ["gives no object", withSchema(() => "text")],
    ["gives a list", withSchema(() => [])],
    ["gives nothing", withSchema(() => undefined)],
    [
      "gives a circle",
      withSchema(() => {
        const a: Record<string, unknown> = {};
        a["a"] = a;
        return a;
      }),
    ],
    ["gives too much", withSchema(() => ({ description: "x".repeat(100_000) }))],
  ])("takes any value of a type whose library %s", async (_, schema) => {
    const { content } = await schemasOf([json("t/Any", schema)]);
    expect(content["application/json"].schema).toEqual({});
  });

  it("keeps the definitions of two types apart, and references within them", () => {
    const list = z.object({
      value: z.int(),
      get next() {
        return z.optional(list);
      },
    });
    // The validator takes a property of the name $ref for a reference.
    const components = new Components({});
    for (const type of [
      json(
        "t/one",
        withSchema(() => defined("string")),
      ),
      json(
        "t/two",
        withSchema(() => defined("integer")),
      ),
      json("t/three", list),
    ]) {
      components.of(type);
    }
    const { schemas } = components;
    expect(schemas["t_one"]).toEqual({
      type: "object",
      properties: {
        $ref: { $ref: "#/components/schemas/t_one.in_ner" },
        self: { $ref: "#/components/schemas/t_one" },
        const: { $ref: "#/components/schemas/t_one.in_ner" },
      },
      default: { $ref: "#/$defs/in~1ner" },
    });
    expect(schemas["t_one.in_ner"]).toEqual({ type: "string" });
    expect(schemas["t_two.in_ner"]).toEqual({ type: "integer" });
    expect(JSON.stringify(schemas["t_three"])).toContain('"#/components/schemas/t_three"');
  });

  it.each([
    ["100%", "100%"],
    ["100%", "100%25"],
    ["%41", "%41"],
    ["%41", "%2541"],
    ["%e4/x", "%e4~1x"],
    ["%", "%"],
    ["é", "%C3%A9"],
  ])("leads to the definition %s by the reference %s", (name, part) => {
    const components = new Components({});
    const input = () => ({
      $ref: `#/$defs/${part}`,
      $defs: { [name]: { type: "number" }, other: { $ref: "#/$defs/nothing%" } },
    });
    components.of(json("t/one", withSchema(input)));
    const own = `t_one.${name.replaceAll(/[^\w.-]/g, "_")}`;
    const reference = `#/components/schemas/${own}`;
    expect(components.schemas).toMatchObject({ t_one: { $ref: reference } });
    expect(components.schemas[own]).toEqual({ type: "number" });
  });

  it("gives names that are alike apart from their signs different schemas", async () => {
    const types = ["t/a.b", "t/a_b", "t/a-b", "t/a b"].map((name) =>
      json(name as "t/a", z.object({ name: z.literal(name) })),
    );
    const { schemas } = await schemasOf(types as never);
    const names = Object.values<Answered>(schemas).flatMap(
      (one) => one.properties?.name?.const ?? [],
    );
    expect(names.sort()).toEqual(["t/a b", "t/a-b", "t/a.b", "t/a_b"]);
  });

  it("knows the forms of every kind of type", async () => {
    const note = json("t/Note", z.object({}));
    const forms = async (...types: Answered[]) =>
      Object.keys((await schemasOf(types as never)).content);
    const octets = "application/octet-stream";
    expect(await forms(note)).toEqual(["application/json", octets]);
    expect(await forms(string)).toEqual(["application/json", "text/plain", octets]);
    expect(await forms(int, note)).toEqual(["application/json", octets]);
    expect(await forms(bytes("t/raw"))).toEqual([octets]);
  });

  it("names functions whose names are alike by operations of their own", async () => {
    const functions = new StatefulFunctions();
    for (const name of ["t/a.b", "t/a_b", "t/é{id}", "t/a b"]) {
      functions.bind(name as "t/a", { accepts: string }, () => {});
    }
    const { paths } = await documentOf(functions);
    const ids = Object.values<Answered>(paths).map(({ post }) => post.operationId);
    expect(new Set(ids).size).toBe(4);
    expect(Object.keys(paths)).toContain("/functions/t/%C3%A9%7Bid%7D/{id}");
  });
});

it("docs/operate/admin.md names every route, and docs/operate/metrics.md every metric", () => {
  const inTables = (document: string): string[] =>
    tableRows(readDocument(document)).flatMap(([first = ""]) => codeSpans(first));
  const routes = inTables("docs/operate/admin.md").filter((span) => /^[A-Z]+ \//.test(span));
  expect(routes.sort()).toEqual(adminRoutes.map(({ method, path }) => `${method} ${path}`).sort());
  const histogram = { counts: [1], sum: 1 };
  const one = {
    ...{ typename: "a/b", durationMs: histogram, oldestMs: 0, waiting: 0, backlog: 0, isUp: true },
    ...{ accepted: 0, refused: 0, completed: 0, failed: 0, dead: 0 },
    ...{ emitted: 0, delivered: 0, failures: 0 },
  };
  const figures = {
    functions: [one],
    egresses: [one],
    endpoints: [{ name: "a", isUp: true }],
    sources: [{ ingress: "a", source: "b", lag: 0, records: 0 }],
    commitMs: histogram,
  } as unknown as Figures;
  const held = new Map([["a/b", 1]]);
  const all = [...metricsIn(figures, { timers: held, deadLetters: held, deadRecords: held })];
  const names = all.join("").matchAll(/^# TYPE statefun_(\S+)/gm);
  const described = inTables("docs/operate/metrics.md").filter((span) => /^[a-z_]+$/.test(span));
  expect(described.sort()).toEqual(Array.from(names, ([, name]) => name).sort());
});

/** A schema of a library that tells JSON Schema, in its own way. */
function withSchema(input: () => unknown): Answered {
  const validate = (value: unknown) => ({ value });
  return { "~standard": { version: 1, vendor: "test", validate, jsonSchema: { input } } };
}

function defined(type: string): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    properties: {
      $ref: { $ref: "#/$defs/in~1ner" },
      self: { $ref: "#" },
      const: { $ref: "#/$defs/in~1ner" },
    },
    // This is data.
    default: { $ref: "#/$defs/in~1ner" },
    $defs: { "in/ner": { type } },
  };
}
