import { describe, expect, it } from "vitest";
import {
  asJson,
  ask,
  call,
  credentials,
  freshId,
  operator,
  refused,
  type Server,
} from "./client.ts";

/** Where something is, for whom it is exposed. */
const open = [
  "/functions/http/counter/1",
  "/functions/http/unexposed/1",
  "/functions/nobody/knows/1",
  "/egresses/http/totals",
  "/egresses/http/hidden",
  "/egresses/nobody/knows",
] as const;

export function registerAccess(server: Server, engine: string): void {
  const method = (path: string) => (path.startsWith("/functions") ? "POST" : "GET");
  const request = (path: string, headers: Record<string, string>) => {
    const verb = method(path);
    const body = verb === "POST" ? '{"amount":1}' : null;
    return fetch(`${server()}${path}`, { method: verb, headers: { ...asJson, ...headers }, body });
  };

  describe("authentication", () => {
    it.each([
      ["without credentials", {}],
      ["with others", { authorization: "Bearer let-me-out" }],
      ["with those of operators", operator],
      ["with what is true only loosely", { authorization: "Bearer truthy" }],
    ])("refuses everything alike %s", async (_, headers) => {
      const messages = new Set<string>();
      for (const path of open) {
        messages.add((await refused(await request(path, headers), 401, "unauthenticated")).message);
      }
      // Whoever is outside does not learn what is inside.
      expect(messages.size).toBe(1);
    });

    it("refuses when authenticate throws, and says nothing of the reason", async () => {
      const throwing = { authorization: "Bearer throws" };
      await refused(await request(open[0], throwing), 500, "failed");
    });

    it("comes before the body: nobody from outside makes the server read one", async () => {
      const id = freshId();
      const init = { method: "POST", headers: asJson, body: '{"amount":1}' };
      const response = await fetch(`${server()}/functions/http/counter/${id}`, init);
      await refused(response, 401, "unauthenticated");
      expect(await call(server, `/functions/http/counter/${id}`, { amount: 0 })).toMatchObject({
        total: 0,
      });
    });
  });

  describe("what is not exposed", () => {
    it("answers like what does not exist", async () => {
      for (const [hidden, none, code] of [
        ["/functions/http/unexposed/1", "/functions/nobody/knows/1", "unknown_function"],
        ["/egresses/http/hidden", "/egresses/nobody/knows", "unknown_egress"],
      ] as const) {
        const one = await refused(await request(hidden, credentials), 404, code);
        const other = await refused(await request(none, credentials), 404, code);
        const name = (path: string) => path.split("/").slice(2, 4).join("/");
        expect(one.message.replace(name(hidden), "X")).toBe(other.message.replace(name(none), "X"));
      }
    });

    it.each([
      "/",
      "",
      "/functions",
      "/functions/",
      "/functions/http",
      "/functions/http/counter",
      "/functions/http/counter/1/2",
      "/functions/http/counter/1/",
      "/functions//counter/1",
      "/Functions/http/counter/1",
      "/functions/HTTP/counter/1",
      "/functions/http/counter%00/1",
      "/functions/__proto__/constructor/1",
      "/functions/undefined/undefined/1",
      "/egresses",
      "/egresses/http",
      "/egresses/http/totals/1",
      "/egresses/http/totals/",
      "/egresses/http%2Ftotals",
      "/health/",
      "/health/x",
      "/healthz",
      "/metrics",
      "/favicon.ico",
      "/.env",
      "/admin",
      "/instances/http/counter/1",
      "/dead-letters",
    ])("is not found: %s", async (path) => {
      for (const verb of ["GET", "POST", "PUT", "DELETE", "PATCH"]) {
        const response = await ask(server, path, { method: verb, headers: asJson });
        const text = await response.text();
        // What is for operators has walls of its own: credentials of the application are none there.
        const isOperators = path.startsWith("/admin") || path === "/metrics";
        expect([404, isOperators ? 401 : 404], text).toContain(response.status);
        expect(JSON.parse(text)).toMatchObject({ error: { code: expect.any(String) } });
      }
    });
  });

  describe("methods", () => {
    it.each(["GET", "HEAD", "DELETE", "PATCH", "OPTIONS"])(
      "%s is none for a message",
      async (verb) => {
        const response = await ask(server, "/functions/http/counter/1", { method: verb });
        expect(response.status).toBe(405);
        expect(response.headers.get("allow")).toBe("POST, PUT");
        const text = await response.text();
        if (verb !== "HEAD") expect(JSON.parse(text).error.code).toBe("method_not_allowed");
      },
    );

    it.each(["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])(
      "%s is none to read by",
      async (verb) => {
        const records = await ask(server, "/egresses/http/totals", { method: verb });
        expect(records.headers.get("allow")).toBe("GET, HEAD");
        await refused(records, 405, "method_not_allowed");
        const health = await ask(server, "/health", { method: verb });
        if (verb === "OPTIONS") return expect(health.status).toBe(200);
        expect(health.headers.get("allow")).toBe("GET, HEAD, OPTIONS");
        await refused(health, 405, "method_not_allowed");
      },
    );

    it("HEAD reads without a body", async () => {
      for (const path of ["/egresses/http/totals", "/health"]) {
        const response = await ask(server, path, { method: "HEAD" });
        expect(response.status).toBe(200);
        expect(response.headers.get("content-type")).toBe("application/json");
        expect(await response.text()).toBe("");
      }
    });
  });

  describe("health", () => {
    const health = async (headers: Record<string, string>) => {
      const response = await fetch(`${server()}/health`, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("application/json");
      return response.json();
    };

    it("says to everybody that it is up", async () => {
      const expected = { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/), engine };
      expect(await health({})).toEqual(expected);
      // A probe must not fail because of what it did not ask for.
      expect(await health({ authorization: "Bearer throws" })).toEqual(expected);
    });

    it("shows the figures to authenticated callers", async () => {
      expect(await health(credentials)).toMatchObject({ status: "ok", engine, ...figures(engine) });
    });
  });
}

/** What an engine can say of itself: nobody sees the mailboxes of all objects together. */
function figures(engine: string): object {
  if (engine === "durable-object") return { deadLetters: expect.any(Number) };
  return {
    mailboxes: { waiting: expect.any(Number), running: expect.any(Number) },
    parkedFunctions: [],
    deadLetters: expect.any(Number),
  };
}
