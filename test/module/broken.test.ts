import { StateFunError } from "statefun";
import { loadModule } from "statefun/module";
import { describe, expect, it } from "vitest";
import { brokenModules } from "./broken-modules.ts";

const variables = { NAME: "x" };

async function errorOf(source: string | object): Promise<StateFunError> {
  const error: unknown = await loadModule(source, { variables, onWarning: () => {} }).then(
    () => "it was loaded",
    (reason: unknown) => reason,
  );
  if (error instanceof StateFunError) return error;
  throw new Error(`no StateFunError: ${String(error)}`);
}

describe("a broken module", () => {
  it("can be broken in at least fifty ways", () => {
    expect(brokenModules.length).toBeGreaterThanOrEqual(50);
    expect(new Set(brokenModules.map(({ title }) => title)).size).toBe(brokenModules.length);
  });

  it.for(brokenModules)("says what is wrong: $title", async ({ source, message }) => {
    const error = await errorOf(source);
    expect(error.message).toBe(message);
    expect(error.code).toBe("module_invalid");
  });

  it.for(brokenModules)("tells the place, on one line, without a stack: $title", async (broken) => {
    const { message } = await errorOf(broken.source);
    expect(message).toMatch(/ \(line [1-9]\d*, column [1-9]\d*\)$/);
    expect(message).not.toMatch(/[\r\n]|\n? +at .*:\d+:\d+/);
    expect(message.length).toBeLessThan(400);
  });

  it("needs no longer than a moment, however hostile it is", async () => {
    const started = performance.now();
    for (const { source } of brokenModules) await errorOf(source);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe("a broken object", () => {
  const itself: Record<string, unknown> = { kind: "acme/thing" };
  itself["spec"] = itself;
  const proto = JSON.parse('{"kind": "io.statefun.endpoints.v2/http", "__proto__": {"spec": {}}}');
  const throws = {
    get kind(): string {
      throw new Error("not to be seen");
    },
  };

  it.for([
    [{}, "expected a document with kind and spec, or with version and module, got a map"],
    [[], "expected a module, got an empty file"],
    [[1], "[0]: expected a document with kind and spec, or with version and module, got 1"],
    [itself, "expected at most 64 levels, got more"],
    [proto, "spec: expected the settings of io.statefun.endpoints.v2/http, got nothing"],
    [throws, "kind: expected the name of a kind, got nothing"],
    [{ kind: "acme/thing", spec: () => {} }, "spec: expected plain data, got a function"],
    [
      [
        { kind: "io.statefun.kafka.v1/egress", spec: { id: "a/b", address: "k" } },
        { kind: "io.statefun.kafka.v1/egress", spec: { id: "a/b", address: "k" } },
      ],
      "[1].spec.id: expected egress a/b only once, got it again (first at [0].spec.id)",
    ],
  ] as const)("says what is wrong, by its path alone (%#)", async ([source, message]) => {
    expect((await errorOf(source)).message).toBe(message);
  });

  it("is no module when it is no object", async () => {
    // A program in JavaScript may give anything.
    const nothing = undefined as unknown as string;
    await expect(loadModule(nothing)).rejects.toMatchObject({
      code: "invalid_argument",
      message: "a module must be a text or an object, got undefined",
    });
  });
});
