import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases as all } from "../../effort.ts";
import { storeCases } from "../../store/suite.ts";
import { startWorkerd, type Workerd } from "./workerd.ts";

let workerd: Workerd;

beforeAll(async () => {
  workerd = await startWorkerd();
});

afterAll(() => workerd.end());

/** The platform has the lock of an object: within one instance nothing is refused. */
const cases = storeCases.filter(({ name }) => !name.startsWith("rejects whoever opens it"));

// Before some bodies are read to their end, the platform may reset the connection.
describe("the store of an object, in a Durable Object", { retry: 2 }, () => {
  it.for(cases.map(({ name }) => [name]))("%s", async ([name = ""]) => {
    expect(await workerd.ask(name, "case", name)).toEqual({ result: name });
  });

  it("gives the same reads as memory after the same windows", async () => {
    const windows = Math.ceil(all * 0.02);
    const { result, failure } = await workerd.ask("differences", "differences", String(windows));
    expect(failure).toBeUndefined();
    expect(result).toBeGreaterThan(windows);
  }, 120_000);
});
