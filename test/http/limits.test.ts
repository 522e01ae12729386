import { readFileSync } from "node:fs";
import { memoryStore } from "statefun/runtime";
import { describe, expect, it } from "vitest";
import { directOf } from "../../src/http/server-hints.ts";
import { version } from "../../src/internal/version.ts";
import { http } from "./app.ts";
import { asJson, credentials, operator, refused, wait } from "./client.ts";
import { startApplication } from "./start.ts";

const at = "http://localhost";
const stream = { headers: { ...credentials, accept: "text/event-stream" } };

it("health says the version of the package", () => {
  const { version: packed } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  expect(version).toBe(packed);
});

describe("limits", () => {
  it("let 10,000 requests in at one time, and not one more", async () => {
    const runtime = await startApplication({ store: memoryStore() });
    const call = (index: number) =>
      runtime.fetch(
        new Request(`${at}/functions/http/late/${index}`, {
          method: "POST",
          headers: {
            ...credentials,
            ...asJson,
            ...wait(30),
            "statefun-type": "io.statefun.types/int",
          },
          body: "1000",
        }),
      );
    const answers = await Promise.all(Array.from({ length: 10_500 }, (_, index) => call(index)));
    const refusals = answers.filter(({ status }) => status !== 200);
    expect(refusals).toHaveLength(500);
    for (const response of refusals) await refused(response, 503, "unavailable");
    // Those were all that it held: there is room again.
    expect((await call(0)).status).toBe(200);
    await runtime.close();
  });

  it("hold for what only looks like the routes of operators, which are off", async () => {
    const runtime = await startApplication({
      store: memoryStore(),
      http: { expose: "all", authenticate: () => new Promise(() => {}), bodyTimeoutMs: 2_000 },
      onError: () => {},
    });
    const ask = () => runtime.fetch(new Request(`${at}/admin/functions`));
    const asked = Array.from({ length: 10_000 }, ask);
    await refused(await ask(), 503, "unavailable");
    for (const { status } of await Promise.all(asked)) expect(status).toBe(503);
    await runtime.close();
  });

  it("answer operators and probes while all places are taken, however their paths are spelt", async () => {
    const strangers: ((isKnown: boolean) => void)[] = [];
    const runtime = await startApplication({
      store: memoryStore(),
      http: {
        ...{ basePath: "/base", expose: "all", bodyTimeoutMs: 100_000 },
        authenticate: () => new Promise<boolean>((resolve) => strangers.push(resolve)),
        admin: { authenticate: () => true },
      },
    });
    const ask = (path: string) => runtime.fetch(new Request(`${at}${path}`));
    const asked = Array.from({ length: 10_000 }, () => ask("/base/functions/http/late/1"));
    for (const path of [
      "/base/admin/dead",
      "/base/%61dmin/dead",
      "/base/health",
      "/base/%68ealth",
    ]) {
      expect((await ask(path)).status, path).not.toBe(503);
    }
    for (const path of ["/other/admin/dead", "/adminhealth/health", "/base/adminx", "/x"]) {
      await refused(await ask(path), 503, "unavailable");
    }
    for (const refuse of strangers) refuse(false);
    await Promise.all(asked);
    await runtime.close();
  });

  it("leave health no worse while all places are taken, and answer operators", async () => {
    const runtime = await startApplication({ store: memoryStore(), onError: () => {} });
    const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
      runtime.fetch(new Request(`${at}${path}`, { headers, ...init }));
    // The routes of operators are loaded with their first request, which may take longer here than a call.
    await ask("/admin/functions", operator);
    const int = { ...asJson, "statefun-type": "io.statefun.types/int" };
    const leave = new AbortController();
    const call = (_: unknown, index: number) =>
      ask(
        `/functions/http/late/${index}`,
        { ...credentials, ...int, ...wait(60) },
        { method: "POST", body: "60000", signal: leave.signal },
      );
    const calls = Array.from({ length: 10_000 }, call);
    await refused(await call(undefined, 0), 503, "unavailable");
    expect((await ask("/health")).status).toBe(200);
    expect((await ask("/health/live")).status).toBe(200);
    expect((await ask("/admin/functions", operator)).status).toBe(200);
    await refused(await ask("/egresses/http/texts", credentials), 503, "unavailable");
    leave.abort();
    await Promise.allSettled(calls);
    await runtime.close({ drainMs: 0 });
  });

  it("count what needs no Request among the rest, until it has been answered or given up", async () => {
    const runtime = await startApplication({
      store: memoryStore(),
      http: { ...http, authenticate: "none" },
      onError: () => {},
    });
    const health = () => runtime.fetch(new Request(`${at}/health/live`));
    const send = () =>
      runtime.fetch(
        new Request(`${at}/functions/http/silent/1`, {
          method: "POST",
          headers: { "content-type": "text/plain" },
          body: "x",
        }),
      );
    await health();
    const direct = directOf(runtime.fetch);
    if (direct === undefined || !("begin" in direct)) throw new Error("there is no direct way");
    const headers = new Headers({ "content-type": "text/plain" });
    const { signal } = new AbortController();
    const head = { method: "POST", url: "/functions/http/silent/1", headers, signal };
    const begun = Array.from({ length: 10_000 }, () => direct.begin(head));
    expect(begun).not.toContain(undefined);
    // Nothing more begins, and what comes as a `Request` is refused, but for probes.
    expect(direct.begin(head)).toBeUndefined();
    await refused(await send(), 503, "unavailable");
    expect((await health()).status).toBe(200);
    const [first, second] = begun;
    expect(await first?.answer(new Uint8Array(1))).toMatchObject({ status: 202 });
    expect(await second?.refuse(new Error("left"))).toMatchObject({ status: 500 });
    expect((await send()).status).toBe(202);
    for (const exchange of begun.slice(2)) await exchange?.refuse(new Error("left"));
    expect(direct.begin(head)).toBeDefined();
    await runtime.close();
  });

  it("let 1,000 event streams be open, and one more when one of them has ended", async () => {
    const runtime = await startApplication({ store: memoryStore() });
    const open = () => runtime.fetch(new Request(`${at}/egresses/http/texts`, stream));
    const streams = await Promise.all(Array.from({ length: 1_000 }, open));
    for (const { status } of streams) expect(status).toBe(200);
    await refused(await open(), 503, "unavailable");
    await streams[7]?.body?.cancel();
    expect((await open()).status).toBe(200);
    await refused(await open(), 503, "unavailable");
    await runtime.close();
  });
});
