import { keep } from "statefun";
import { type CorsOptions, createRuntime, type HttpSurfaceOptions } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { functions, http, keptEgresses, limits } from "./app.ts";
import { credentials, operator } from "./client.ts";

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
});

const page = "https://app.example.com";

async function started(cors: CorsOptions, options: Partial<HttpSurfaceOptions> = {}) {
  const runtime = await createRuntime({
    modules: [functions],
    egresses: keptEgresses.map((egress) => keep(egress)),
    limits,
    http: { ...http, ...options, cors },
    onError: () => {},
  });
  close = () => runtime.close({ drainMs: 0 });
  const ask = (path: string, init: RequestInit = {}) =>
    runtime.fetch(new Request(`http://runtime${path}`, init));
  const preflight = (path: string, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "OPTIONS",
      headers: { origin: page, "access-control-request-method": "POST", ...headers },
    });
  return { ask, preflight, runtime };
}

const corsOf = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => /^(access-control-|vary$)/.test(name)));
const named: CorsOptions = { origins: [page, "http://localhost:5173"] };
const send = {
  method: "POST",
  headers: { ...credentials, origin: page, "content-type": "text/plain" },
  body: "x",
};

describe("pages that are named", () => {
  it("learn what they may send, before they authenticate", async () => {
    const { preflight } = await started({ ...named, allowHeaders: ["X-Own"] });
    const asked =
      "authorization,content-type,statefun-header-tenant,statefun-type,x-own,x-other,cookie";
    const response = await preflight("/functions/http/silent/1", {
      "access-control-request-headers": asked,
    });
    expect(response.status).toBe(204);
    expect(corsOf(response)).toEqual({
      "access-control-allow-origin": page,
      "access-control-allow-methods": "GET, HEAD, POST, PUT",
      "access-control-allow-headers":
        "authorization, content-type, statefun-header-tenant, statefun-type, x-own",
      "access-control-expose-headers": "statefun-type, preference-applied, retry-after, etag",
      "access-control-max-age": "600",
      vary: "Access-Control-Request-Headers, Origin",
    });
  });

  it("read answers, errors too, and event streams", async () => {
    const { ask } = await started({ ...named, exposeHeaders: ["X-Own"] });
    const stream = { headers: { ...send.headers, accept: "text/event-stream" } };
    const anonymous = { ...send, headers: { origin: page } };
    const large = { ...send, body: "x".repeat(200_000) };
    const wrong = { ...send, headers: { ...send.headers, prefer: "wait=never" } };
    const throwing = { ...send, headers: { ...send.headers, authorization: "Bearer throws" } };
    const asked: readonly (readonly [number, string, RequestInit])[] = [
      [200, "/health", { headers: { origin: page } }],
      [202, "/functions/http/silent/1", send],
      [200, "/egresses/http/texts", { headers: send.headers }],
      [200, "/egresses/http/texts", stream],
      [400, "/functions/http/silent/1", wrong],
      [400, "/functions/%zz", send],
      [401, "/functions/http/silent/1", anonymous],
      [404, "/functions/http/nobody/1", send],
      [404, "/nothing", send],
      [405, "/egresses/http/texts", send],
      [413, "/functions/http/silent/1", large],
      [500, "/functions/http/silent/1", throwing],
    ];
    for (const [status, path, init] of asked) {
      const response = await ask(path, init);
      await response.body?.cancel();
      expect(response.status, path).toBe(status);
      expect(corsOf(response), path).toEqual({
        "access-control-allow-origin": page,
        "access-control-expose-headers":
          "statefun-type, preference-applied, retry-after, etag, x-own",
        vary: "Origin",
      });
    }
  });

  it("read that a runtime closes", async () => {
    const { ask, runtime } = await started(named);
    await runtime.close({ drainMs: 0 });
    const response = await ask("/functions/http/silent/1", send);
    expect(response.status).toBe(503);
    expect(corsOf(response)).toMatchObject({ "access-control-allow-origin": page });
  });

  it("are not refused as foreign", async () => {
    const { ask } = await started(named, { authenticate: "none" });
    const init = (origin: string) => ({ ...send, headers: { ...send.headers, origin } });
    expect((await ask("/functions/http/silent/1", init(page))).status).toBe(202);
    expect((await ask("/functions/http/silent/1", init("https://evil.example"))).status).toBe(401);
  });
});

describe("other pages, and programs", () => {
  it.each([
    "https://evil.example",
    `${page}.evil.example`,
    "https://evil-app.example.com",
    "http://app.example.com",
    `${page}:8443`,
    page.toUpperCase(),
    "null",
    "*",
    "",
  ])("of %j are told nothing", async (origin) => {
    const { ask, preflight } = await started(named);
    const response = await ask("/functions/http/silent/1", {
      ...send,
      headers: { ...send.headers, origin },
    });
    expect(corsOf(response)).toEqual({ vary: "Origin" });
    const asked = await preflight("/functions/http/silent/1", { origin });
    expect(asked.status).toBe(401);
    expect(corsOf(asked)).toEqual({ vary: "Origin" });
  });

  it("get what a cache may not give to a page", async () => {
    const { ask } = await started(named);
    expect(corsOf(await ask("/health"))).toEqual({ vary: "Origin" });
    expect((await ask("/health", { method: "OPTIONS" })).status).toBe(200);
  });
});

describe("any page", () => {
  it("reads without credentials of the browser", async () => {
    const { ask, preflight } = await started({ origins: "any", maxAgeMs: 0 });
    for (const origin of ["https://evil.example", "null"]) {
      const init = { ...send, headers: { ...send.headers, origin } };
      const response = await ask("/functions/http/silent/1", init);
      expect(corsOf(response)).toEqual({
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "statefun-type, preference-applied, retry-after, etag",
      });
      const asked = await preflight("/functions/http/silent/1", { origin });
      expect(corsOf(asked)).toMatchObject({ "access-control-max-age": "0" });
    }
  });

  it("gets what a cache has of a program, too", async () => {
    const { ask } = await started({ origins: "any" });
    const response = await ask("/egresses/http/texts", { headers: credentials });
    expect(corsOf(response)).toMatchObject({ "access-control-allow-origin": "*" });
  });
});

describe("credentials of the browser", () => {
  it("are for pages that are named, and for no others, whatever the credentials are", async () => {
    const { ask } = await started({ ...named, credentials: true });
    const by = (headers: Record<string, string>) =>
      ask("/functions/http/silent/1", { ...send, headers: { ...send.headers, ...headers } });
    const response = await by({});
    expect(response.status).toBe(202);
    expect(corsOf(response)).toMatchObject({
      "access-control-allow-origin": page,
      "access-control-allow-credentials": "true",
      vary: "Origin",
    });
    // A form of any page has the cookies, too.
    expect((await by({ origin: "https://evil.example" })).status).toBe(401);
    expect((await by({ origin: "null" })).status).toBe(401);
  });
});

describe("the admin routes", () => {
  const asked = { headers: { ...operator, origin: page } };
  const paths = ["/admin/functions", "/%61dmin/functions", "/admin/nothing", "/metrics"];

  it("are opened to no page", async () => {
    const { ask, preflight } = await started(named);
    for (const path of paths) {
      expect(corsOf(await ask(path, asked))).toEqual({});
      expect(corsOf(await preflight(path))).toEqual({});
    }
    const open = await started({ origins: "any" }, { admin: { authenticate: "none" } });
    const replay = await open.ask("/admin/dead-letters/1/replay", { ...asked, method: "POST" });
    expect(replay.status).toBe(403);
  });

  it("are, where that is asked for", async () => {
    const { ask, preflight } = await started({ ...named, admin: true }, { basePath: "/api" });
    const response = await ask("/api/admin/functions", asked);
    expect(response.status).toBe(200);
    expect(corsOf(response)).toMatchObject({ "access-control-allow-origin": page });
    const foreign = { headers: { ...operator, origin: "https://evil.example" } };
    expect((await ask("/api/admin/functions", foreign)).status).toBe(403);
    expect(corsOf(await preflight("/api/admin/dead-letters/1"))).toMatchObject({
      "access-control-allow-methods": "GET, HEAD, POST, PUT, DELETE",
    });
  });
});

describe("the option cors", () => {
  it.each<[unknown, RegExp]>([
    [{}, /http.cors.origins must be a list or "any", got undefined/],
    [{ origins: "*" }, /http.cors.origins must be a list or "any", got "\*"/],
    [{ origins: ["*"] }, /http.cors.origins takes origins like https:/],
    [{ origins: ["https://*.example.com"] }, /http.cors.origins takes origins like https:/],
    [{ origins: ["ftp://example.com"] }, /http.cors.origins takes origins like https:/],
    [{ origins: ["null"] }, /http.cors.origins takes origins like https:/],
    [{ origins: [`${page}/path`] }, /http.cors.origins takes origins like https:/],
    [{ origins: "any", admin: true }, /http.cors.admin needs origins by name/],
    [{ origins: "any", credentials: true }, /http.cors.credentials needs origins by name/],
    [{ origins: [], credentials: "yes" }, /http.cors.credentials must be true or false/],
    [{ origins: [], admin: 1 }, /http.cors.admin must be true or false/],
    [{ origins: [], allowHeaders: ["*"] }, /http.cors.allowHeaders must be a list of header names/],
    [{ origins: [], allowHeaders: "x" }, /http.cors.allowHeaders must be a list/],
    [
      { origins: [], exposeHeaders: ["a b"] },
      /http.cors.exposeHeaders must be a list of header names/,
    ],
    [{ origins: [], maxAgeMs: -1 }, /http.cors.maxAgeMs must be an integer/],
    [{ origin: page }, /the options of http.cors have no "origin", did you mean/],
    ["any", /http.cors must be an object/],
  ])("refuses %j", async (cors, message) => {
    const options = { modules: [functions], http: { ...http, expose: [], cors: cors as never } };
    await expect(createRuntime(options)).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringMatching(message),
    });
  });
});
