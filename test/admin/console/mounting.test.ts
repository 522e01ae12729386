import { consoleApp } from "statefun/console";
import { createRuntime } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { closing, functions, http, start } from "../app.ts";
import { files } from "./served.ts";

const authenticate = http.admin?.authenticate ?? "none";
const withConsole = { ...http, admin: { authenticate, console: consoleApp() } };
const paths = ["/admin/console", ...files.map(([name]) => `/admin/console/${name}`)];

describe("a runtime without a console", () => {
  it("has nothing there: 401 for strangers, 404 for operators", async () => {
    const { ask } = await start({ http: { ...http, admin: { authenticate, console: undefined } } });
    for (const path of paths) {
      expect((await ask(path, { as: "" })).status, path).toBe(401);
      const response = await ask(path);
      expect(response.status, path).toBe(404);
      expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  it("has nothing there without operators either", async () => {
    const { ask } = await start({ http: {} });
    for (const path of paths) expect((await ask(path)).status, path).toBe(404);
  });
});

describe("a runtime with a console", () => {
  it("asks for credentials beside it as before", async () => {
    const { ask } = await start({ http: withConsole });
    for (const path of ["/admin/overview", "/admin/console2", "/admin//console/", "/metrics"]) {
      expect((await ask(path, { as: "" })).status, path).toBe(401);
    }
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await ask("/admin/overview", { headers })).status).toBe(403);
    expect((await ask("/admin/overview")).status).toBe(200);
  });

  it("leaves the first page alone, whoever asks for it", async () => {
    const { ask } = await start({ http: { admin: withConsole.admin } });
    for (const headers of [{}, { accept: "text/html,*/*;q=0.8" }]) {
      const response = await ask("/", { headers });
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/json");
    }
  });

  it("serves it while all places are taken", async () => {
    const runtime = await createRuntime({
      modules: [functions],
      // Every request waits for it.
      http: { ...withConsole, expose: "all", authenticate: () => new Promise(() => {}) },
    });
    closing(() => runtime.close({ drainMs: 0 }));
    const asked = (path: string) => runtime.fetch(new Request(`http://host${path}`));
    for (let count = 0; count < 10_000; count++) void asked("/egresses/ops/records");
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect((await asked("/egresses/ops/records")).status).toBe(503);
    for (const path of paths.slice(1)) expect((await asked(path)).status, path).toBe(200);
  });

  it("shows no sign of itself in what it does not serve: no credentials are looked at for a file", async () => {
    let looks = 0;
    const counting = () => {
      looks++;
      return true;
    };
    const admin = { authenticate: counting, console: consoleApp() };
    const { ask } = await start({ http: { admin } });
    for (const path of paths) expect((await ask(path)).status, path).toBe(200);
    expect(looks).toBe(0);
    expect((await ask("/admin/me")).status).toBe(200);
    expect(looks).toBe(1);
  });
});
