import { StateFunError } from "statefun";
import { memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { functions, http, totals } from "./app.ts";
import { asJson, ask, call, expectAlive, refused } from "./client.ts";
import { onNode } from "./on-node.ts";
import { startApplication } from "./start.ts";

const routes = [
  ["POST", "/functions/http/counter/1"],
  ["PUT", "/functions/http/counter/1"],
  ["GET", "/egresses/http/totals"],
  ["GET", "/admin/functions"],
  ["GET", "/admin/instances/http/counter/1"],
  ["GET", "/admin/dead-letters"],
  ["POST", "/admin/dead-letters/1/replay"],
  ["DELETE", "/admin/dead-letters/1"],
  ["GET", "/"],
] as const;

describe("an application that exposes nothing", () => {
  it.each([
    ["without the option", undefined],
    ["with an empty one", {}],
    ["with an empty list", { expose: [], authenticate: "none" as const }],
  ])("has nothing but its health: %s", async (_, option) => {
    const { server } = await onNode(option === undefined ? { http: {} } : { http: option });
    for (const [method, path] of routes) {
      const body = method === "GET" || method === "DELETE" ? null : '{"amount":1}';
      const init = { method, headers: asJson, body };
      await refused(await ask(server, path, init), 404, "not_found");
    }
    const health = await fetch(`${server()}/health`);
    expect(await health.json()).toMatchObject({ status: "ok", engine: "embedded" });
  });

  it("may have operators all the same", async () => {
    const { server } = await onNode({ http: { admin: http.admin } });
    const headers = { authorization: "Bearer operator" };
    expect((await fetch(`${server()}/admin/functions`, { headers })).status).toBe(200);
    await refused(await fetch(`${server()}/admin/functions`), 401, "unauthenticated");
    const init = { method: "POST", headers: { ...asJson, ...headers }, body: '{"amount":1}' };
    const response = await fetch(`${server()}/functions/http/counter/1`, init);
    await refused(response, 404, "not_found");
  });
});

describe("an application that exposes", () => {
  it("all has every function and every kept egress", async () => {
    const { server } = await onNode({ http: { expose: "all", authenticate: "none" } });
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: "x" };
    expect((await fetch(`${server()}/functions/http/unexposed/1`, init)).status).toBe(202);
    expect((await fetch(`${server()}/egresses/http/hidden`)).status).toBe(200);
    await refused(await fetch(`${server()}/admin/functions`), 404, "not_found");
    const nobody = await fetch(`${server()}/functions/nobody/knows/1`, init);
    await refused(nobody, 404, "unknown_function");
  });

  it("by names does so like by references", async () => {
    const { server } = await onNode({ http: { ...http, expose: ["http/counter", totals] } });
    await expectAlive(server);
    expect((await ask(server, "/egresses/http/totals")).status).toBe(200);
    await refused(await ask(server, "/egresses/http/texts"), 404, "unknown_egress");
  });

  it("below a base path is found there alone", async () => {
    const { server } = await onNode({ http: { ...http, basePath: "/api/v1" } });
    const based = () => `${server()}/api/v1`;
    await expectAlive(based);
    expect((await fetch(`${based()}/health`)).status).toBe(200);
    for (const path of ["/health", "/api/health", "/api/v1", "/api/v1health", "/api/v11/health"]) {
      await refused(await ask(server, path), 404, "not_found");
    }
    expect(await call(based, "/functions/http/counter/x", { amount: 1 })).toMatchObject({
      total: 1,
    });
  });
});

describe("options of http", () => {
  const unknown = (value: unknown): never => value as never;
  it.each<[string, unknown, string]>([
    ["anything exposed without a word on who may come", { expose: "all" }, "authenticate"],
    ["a function exposed so", { expose: ["http/counter"] }, "authenticate"],
    ["a name that is nothing", { expose: ["http/none"], authenticate: "none" }, "http/none"],
    [
      "an egress that is not kept",
      { expose: ["http/unkept"], authenticate: "none" },
      "http/unkept",
    ],
    [
      "what is no reference",
      { expose: [{ typename: "http/counter" }], authenticate: "none" },
      "expose",
    ],
    ["a list that is none", { expose: "http/counter", authenticate: "none" }, "expose"],
    ["an authenticate that is none", { expose: "all", authenticate: true }, "http.authenticate"],
    ["admin without one", { admin: {} }, "http.admin.authenticate"],
    ["admin with one that is none", { admin: { authenticate: "all" } }, "http.admin.authenticate"],
    ["an unknown option of admin", { admin: { authenticate: "none", path: "/" } }, "path"],
    ["an unknown option", { path: "/api" }, "path"],
    ["a base path without a slash", { basePath: "api" }, "basePath"],
    ["a base path that ends with one", { basePath: "/api/" }, "basePath"],
    ["a base path that a URL writes otherwise", { basePath: "/é" }, "basePath"],
    ["a base path that goes up", { basePath: "/a/.." }, "basePath"],
    ["a base path with a query", { basePath: "/a?b" }, "basePath"],
  ])("refuse %s", async (_, option, text) => {
    const store = memoryStore();
    const refused = startApplication({ store, http: unknown(option) });
    await expect(refused).rejects.toThrow(StateFunError);
    await expect(refused).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(refused).rejects.toThrow(text);
    // The store was let go.
    await (await startApplication({ store })).close();
    expect(functions).toBeDefined();
  });
});
