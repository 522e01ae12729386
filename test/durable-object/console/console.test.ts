import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registerServed } from "../../admin/console/served.ts";
import { type Objects, startObjects } from "../support/objects.ts";

let objects: Objects | undefined;
beforeAll(async () => {
  objects = await startObjects(join(import.meta.dirname, "worker.ts"));
});
afterAll(() => objects?.close());

const ask = (path: string, init?: RequestInit) => fetch(`${objects?.url()}${path}`, init);

describe("the console of a Worker, which has no file system", () => {
  registerServed(ask);

  it("has its name, and is beside an API that asks for credentials", async () => {
    const page = await (await ask("/admin/console/")).text();
    expect(page).toContain('<meta name="statefun-name" content="production">');
    expect((await ask("/admin/me")).status).toBe(401);
    const headers = { authorization: "Bearer operator" };
    const response = await ask("/admin/me", { headers });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ role: "write" });
  });
});
