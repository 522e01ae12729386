import { json, type StandardSchemaV1, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** The error that is answered to a value which the schema refuses. */
async function refused(schema: StandardSchemaV1, value: unknown, errorDetail?: "code" | "full") {
  const functions = new StatefulFunctions();
  functions.bind("demo/fn", { accepts: json("demo/T", schema) }, () => {});
  const runtime = await createRuntime({
    modules: [functions],
    http: { expose: "all", authenticate: "none", ...(errorDetail && { errorDetail }) },
  });
  close = () => runtime.close();
  const response = await runtime.fetch(
    new Request("http://x/functions/demo/fn/1", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    }),
  );
  const { error } = Object(await response.json());
  expect([response.status, error.code]).toEqual([422, "value_invalid"]);
  return error;
}

/** A schema with these issues, whatever a library may put into them. */
function failing(issues: readonly unknown[]): StandardSchemaV1 {
  return {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues: issues as never }) },
  };
}

describe("the answer to a value that a schema refuses", () => {
  const wrong = { user: { name: 5 }, lines: [{ n: 1 }, { n: "x" }] };

  it("has the place of each issue, of zod and of valibot", async () => {
    const zod = z.object({
      user: z.object({ name: z.string() }),
      lines: z.array(z.object({ n: z.number() })),
      gone: z.string(),
    });
    const valibot = v.object({
      user: v.object({ name: v.string() }),
      lines: v.array(v.object({ n: v.number() })),
      gone: v.string(),
    });
    for (const detail of ["code", "full"] as const) {
      for (const schema of [zod, valibot]) {
        const { issues, message } = await refused(schema, wrong, detail);
        expect(issues.map(({ path }: { path: unknown }) => path)).toEqual([
          ["user", "name"],
          ["lines", 1, "n"],
          ["gone"],
        ]);
        for (const issue of issues) {
          expect(Object.keys(issue)).toEqual(["path", "message"]);
          expect(message).toContain(issue.message);
        }
      }
    }
  });

  it("has an empty path for the value itself", async () => {
    const { issues } = await refused(z.string(), 5);
    expect(issues).toEqual([{ path: [], message: expect.stringContaining("string") }]);
  });

  it("is bounded, and plain, whatever a library says", async () => {
    const many = await refused(
      z.array(z.string()),
      Array.from({ length: 1_000 }, () => 1),
    );
    expect(many.issues).toHaveLength(20);
    const odd = await refused(
      failing([
        { message: `long ${"x".repeat(10_000)}`, path: [Symbol("s"), { key: 1n }, null] },
        { message: "\u001b[31m\u202e", path: Array.from({ length: 100 }, () => "x".repeat(1_000)) },
        null,
        { path: "no list" },
      ]),
      {},
    );
    expect(JSON.stringify(odd.issues).length).toBeLessThan(20_000);
    expect(odd.issues[0].path).toEqual(["Symbol(s)", "1", "null"]);
    expect(odd.issues[1].message).toBe("\\u001b[31m\\u202e");
    expect(odd.issues.slice(2).map(({ path }: { path: unknown }) => path)).toEqual([[], []]);
  });

  it("comes, whatever cannot be looked at or is no number of JSON", async () => {
    const mute = {
      path: [{ key: Object.create(null) }, Number.NaN, 1.5, -1],
      get message(): string {
        throw new Error("not to be read");
      },
    };
    const { issues } = await refused(failing([mute]), {});
    expect(issues).toEqual([{ path: ["object", "NaN", "1.5", -1], message: expect.any(String) }]);
  });

  it("has none where no schema has spoken", async () => {
    const error = await refused(failing([]), {});
    expect(error).not.toHaveProperty("issues");
  });
});
