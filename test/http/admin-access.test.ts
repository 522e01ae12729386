import { readFileSync } from "node:fs";
import { address, string } from "statefun";
import { createRuntime, type HttpSurfaceOptions, type Runtime } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { adminRoutes } from "../../src/surface/admin/admin-routes.ts";
import { functions } from "./app.ts";
import { meant } from "./client.ts";

let runtime: Runtime;
afterEach(() => runtime.close({ drainMs: 0 }));

const cookie = { cookie: "session=operator" };
const byCookie: HttpSurfaceOptions = {
  admin: {
    authenticate: ({ headers }) => headers.get("cookie") === cookie.cookie,
  },
};

async function start(http: HttpSurfaceOptions = byCookie): Promise<void> {
  runtime = await createRuntime({ modules: [functions], http, onError: () => {} });
}

const host = "http://127.0.0.1:8080";

function ask(path: string, method: string, headers: Record<string, string>): Promise<Response> {
  return runtime.fetch(new Request(`${host}/admin/${path}`, { method, headers }));
}

/** A dead letter, by its id. */
async function fail(): Promise<string> {
  await runtime.send(address("http/failing", "1"), string.of("x"));
  await runtime.idle();
  const letters = await runtime.deadLetters.list();
  return letters.at(-1)?.id ?? "";
}

/** What browsers say of a page of another origin, old ones and new ones. */
const foreign: readonly Record<string, string>[] = [
  { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
  { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:3000" },
  { origin: "http://127.0.0.1:3000" },
  { origin: "http://localhost:8080" },
  { origin: "null" },
];

const rows = adminRoutes.map((row) => ({
  ...row,
  at: row.path.replaceAll(/\{(\w+)\}/g, (_, name) => (name === "id" ? "1" : "http")),
}));

describe.each(rows)("$method $path", ({ method, at: path, does }) => {
  // `ask` is below `/admin`.
  const at = path.startsWith("/admin/") ? path.slice("/admin/".length) : `..${path}`;

  it("is refused to pages of other origins, whatever they bring", async () => {
    const options: readonly HttpSurfaceOptions[] = [
      byCookie,
      { ...byCookie, origins: "any" },
      { ...byCookie, origins: ["https://evil.example"] },
      { admin: { authenticate: "none" } },
    ];
    for (const http of options) {
      await start(http);
      for (const page of foreign) {
        const response = await ask(at, method, { ...cookie, ...meant, ...page });
        const isNamed = http.origins?.includes(page["origin"] ?? "-") === true;
        // A name stands for the runtime's own behind a proxy, for browsers that say no more.
        if (isNamed && page["sec-fetch-site"] === undefined) continue;
        expect([response.status, await response.json()]).toEqual([
          403,
          {
            error: {
              code: "forbidden",
              message: "requests from pages of other origins are refused",
            },
          },
        ]);
      }
      await runtime.close({ drainMs: 0 });
    }
  });

  it("is refused without credentials", async () => {
    await start();
    expect((await ask(at, method, meant)).status).toBe(401);
  });

  it("needs a header that no form can send where it changes something", async () => {
    await start();
    const form = { ...cookie, "content-type": "application/x-www-form-urlencoded" };
    const { status } = await ask(at, method, form);
    if (does === "write") expect(status).toBe(403);
    else expect(status).not.toBe(403);
    expect((await ask(at, method, { ...cookie, ...meant })).status).not.toBe(403);
  });

  it("changes something only by a method that may", () => {
    if (does === "write") expect(method).not.toBe("GET");
  });
});

describe("a dead letter", () => {
  it("stays where a page of another origin asks for its replay or its end with the cookie", async () => {
    await start();
    const id = await fail();
    const attack = { ...cookie, ...foreign[0], "content-type": "text/plain" };
    for (const headers of [attack, { ...attack, ...meant }, { ...cookie }]) {
      expect((await ask(`dead-letters/${id}/replay`, "POST", headers)).status).toBe(403);
      expect((await ask(`dead-letters/${id}`, "DELETE", headers)).status).toBe(403);
    }
    await runtime.idle();
    expect((await runtime.deadLetters.list()).map((letter) => letter.id)).toEqual([id]);
  });

  it("goes where the runtime's own page asks for it, behind a proxy as well", async () => {
    const own: Record<string, string>[] = [
      { origin: host },
      { origin: "https://ops.example.com", "sec-fetch-site": "same-origin" },
      { origin: "https://ops.example.com", "x-forwarded-host": "ops.example.com" },
      { origin: "https://named.example.com" },
      {},
    ];
    await start({ ...byCookie, origins: ["https://named.example.com"] });
    for (const page of own) {
      const id = await fail();
      const headers = { ...cookie, ...meant, ...page };
      expect((await ask(`dead-letters/${id}`, "DELETE", headers)).status).toBe(200);
    }
  });
});

it("every administrative route is in the table: nothing else of the surface has their answers", () => {
  const source = (name: string): string =>
    readFileSync(new URL(`../../src/surface/${name}.ts`, import.meta.url), "utf8");
  const answers = /from "\.\/(?:admin\/)?(?:reads|actions|live)\//;
  expect(source("admin/admin-routes")).toMatch(answers);
  expect(source("create-surface")).not.toMatch(answers);
  expect(source("admin/admin")).not.toMatch(answers);
});

describe("the limits of what operators ask", () => {
  it("are 1,000 requests at one time, which hold up nobody else", async () => {
    const asked: (() => void)[] = [];
    await start({
      expose: ["http/silent"],
      authenticate: "none",
      admin: { authenticate: () => new Promise((resolve) => asked.push(() => resolve(true))) },
    });
    const all = Array.from({ length: 1_000 }, () => ask("functions", "GET", {}));
    await expect.poll(() => asked.length).toBe(1_000);
    const refused = await ask("functions", "GET", {});
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect((await runtime.fetch(new Request(`${host}/health/live`))).status).toBe(200);
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: "x" };
    const sent = await runtime.fetch(new Request(`${host}/functions/http/silent/1`, init));
    expect(sent.status).toBe(202);
    for (const answer of asked) answer();
    for (const response of await Promise.all(all)) expect(response.status).toBe(200);
    const next = ask("functions", "GET", {});
    await expect.poll(() => asked.length).toBe(1_001);
    asked.at(-1)?.();
    expect((await next).status).toBe(200);
  });

  it("hold for ids and names of 3 MB, of which an answer quotes little", async () => {
    await start({ admin: { authenticate: "none" } });
    const long = "\u0000".repeat(3_000_000);
    for (const [query, status] of [
      [{ function: "http/silent", id: long }, 200],
      [{ function: long, id: "1" }, 400],
      [{ function: "http/silent", id: "1", after: long }, 400],
    ] as const) {
      const response = await ask(`instance?${new URLSearchParams(query)}`, "GET", {});
      expect(response.status).toBe(status);
      expect((await response.text()).length).toBeLessThan(2_000);
    }
    const of = { of: "state", function: "http/silent", id: long, name: long };
    const value = await ask(`value?${new URLSearchParams(of)}`, "GET", {});
    expect([value.status, (await value.text()).length < 2_000]).toEqual([404, true]);
  });

  it("leave nothing waiting behind a request that was given up", async () => {
    await start({ admin: { authenticate: "none" } });
    const gone = new AbortController();
    const requests = Array.from({ length: 50 }, () =>
      runtime.fetch(new Request(`${host}/admin/dead-letters`, { signal: gone.signal })),
    );
    gone.abort();
    for (const { status } of await Promise.all(requests)) expect([200, 503]).toContain(status);
    expect((await ask("dead-letters", "GET", {})).status).toBe(200);
  });
});
