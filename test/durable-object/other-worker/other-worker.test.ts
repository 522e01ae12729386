import { join } from "node:path";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../support/build.ts";

const here = (name: string) => join(import.meta.dirname, name);

let miniflare: Miniflare;
let answers: Record<string, unknown>;

beforeAll(async () => {
  const [owner, other] = await Promise.all([bundle(here("owner.ts")), bundle(here("other.ts"))]);
  const common = { modules: true, compatibilityDate: "2026-07-01" } as const;
  const object = { className: "StatefulObject", useSQLite: true } as const;
  miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    workers: [
      {
        ...common,
        name: "other",
        script: other,
        durableObjects: { STATEFUN: { ...object, scriptName: "owner" } },
        serviceBindings: { OWNER: "owner" },
      },
      { ...common, name: "owner", script: owner, durableObjects: { STATEFUN: object } },
    ],
  });
  answers = (await (await fetch(await miniflare.ready)).json()) as typeof answers;
});

afterAll(() => miniflare.dispose());

describe("a Worker that binds the objects of another one", () => {
  it("calls and sends by references, each message once", () => {
    const { call, again, repeated, send } = answers;
    expect({ call, again, repeated }).toEqual({ call: 1, again: 2, repeated: 2 });
    expect(send).toEqual({ id: expect.stringMatching(/^\w+-\d+$/), duplicate: false });
  });

  it("with another placement reaches the same instance by a detour", () => {
    expect(answers["detour"]).toBe(3);
  });

  it("calls over a service binding as over HTTP, to what is exposed", () => {
    expect(answers["http"]).toBe(4);
  });

  it("gets the errors of a client, and none of the handler's texts", () => {
    expect(answers["throws"]).toMatch(/^dead_letter: /);
    expect(answers["late"]).toMatch(/^call_timeout: /);
  });

  it("hears at once of a function that is not bound, and of a type that is not accepted", () => {
    const unknown =
      /^unknown_function: no function "other\/countr" is bound, did you mean other\/counter\?$/;
    expect(answers["misspelt"]).toMatch(unknown);
    expect(answers["misspeltCall"]).toMatch(unknown);
    expect(answers["wrongType"]).toMatch(
      /^invalid_argument: other\/counter accepts io.statefun.types\/string/,
    );
  });

  it("brings nothing of the engine, and nothing of the platform's own module", async () => {
    const bundled = await bundle(here("other.ts"));
    expect(bundled).not.toMatch(/cloudflare:workers|transactionSync|createEngine/);
  });

  it("gets an error for wrong options", () => {
    expect(answers["wrongNamespace"]).toMatch(/^invalid_argument: .*script_name/);
    expect(answers["typo"]).toMatch(/^invalid_argument: .*did you mean/);
    // It would have no environment to be asked with.
    const noFunction = /^invalid_argument: jurisdiction must be a name here, got a function$/;
    expect(answers["jurisdiction"]).toMatch(noFunction);
  });
});
