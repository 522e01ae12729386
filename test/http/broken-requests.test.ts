import { Hono } from "hono";
import { serve } from "statefun/node";
import { memoryStore, type Runtime } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WaitSignal } from "../../src/internal/deadline.ts";
import { directSurface } from "../../src/surface/direct-surface.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";
import { head, rawClient } from "../contract/socket.ts";
import { http } from "./app.ts";
import { bodyTimeoutMs } from "./edge-app.ts";
import { openWay, slowBodySuite } from "./slow-bodies.ts";
import { startApplication } from "./start.ts";

type Fetch = (request: Request) => Promise<Response>;

const path = "/functions/http/silent/1";
const text = { "content-type": "text/plain" };

/** How a program may pass the same `fetch`: as it is, no `Request` is made of a message. */
const ways: readonly (readonly [name: string, way: (fetch: Fetch) => Fetch])[] = [
  ["as it is", (fetch) => fetch],
  ["in a function", (fetch) => (request) => fetch(request)],
  [
    "in a function with its properties",
    (fetch) => Object.assign((one: Request) => fetch(one), fetch),
  ],
  [
    "in a Hono application",
    (fetch) => {
      const app = new Hono();
      app.all("*", (context) => fetch(context.req.raw));
      return async (request) => app.fetch(request);
    },
  ],
];

describe.each(ways)("an open application whose fetch is passed %s", (_, way) => {
  const errors: unknown[] = [];
  let runtime: Runtime;
  let server: Awaited<ReturnType<typeof serve>>;
  const url = () => `http://127.0.0.1:${server.port}`;
  beforeAll(async () => {
    runtime = await startApplication({
      store: memoryStore(),
      http: { ...http, authenticate: "none", bodyTimeoutMs },
      onError: (error) => void errors.push(error),
    });
    server = await serve({ fetch: way(runtime.fetch), port: 0 });
    // What the first request loads is there now.
    await fetch(`${url()}/health`);
  });
  afterAll(async () => {
    await runtime.close({ drainMs: 0 });
    await server.close();
  });

  slowBodySuite(url, false, openWay);

  it("takes bodies that come in pieces, with pauses, and the next one on the same connection", async () => {
    const client = await rawClient(url());
    for (let count = 1; count <= 3; count++) {
      await client.write(head(path, { ...text, "content-length": 3 }));
      for (const piece of ["a", "b", "c"]) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        await client.write(piece);
      }
      expect(await client.until(new RegExp(`(HTTP/1.1 202 [^}]*}\\s*){${count}}$`))).toBeTruthy();
    }
    client.destroy();
  });

  it("answers requests that come at once in their order", async () => {
    const client = await rawClient(url());
    const slow = head("/functions/http/late/pipe", {
      "content-type": "application/json",
      "statefun-type": "io.statefun.types/int",
      prefer: "wait=20",
      "content-length": 3,
    });
    const fast = head(path, { ...text, "content-length": 1, connection: "close" });
    await client.write(`${slow}100${fast}x`);
    expect(await client.until(/\0never\0/)).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 202 /);
  });

  it("says once of a body that broke off that it did", async () => {
    errors.length = 0;
    const client = await rawClient(url());
    await client.write(head(path, { ...text, "content-length": 10 }));
    await client.write("half");
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.destroy();
    await expect.poll(() => errors.length).toBe(1);
    expect(errors).toMatchObject([{ code: "unavailable", message: "the body ended early" }]);
  });
});

/** A host whose calls only end when their signal says so. */
function waitingHost() {
  const signals: WaitSignal[] = [];
  const host: Partial<SurfaceHost> = {
    engine: "embedded",
    functionOf: (typename) => (typename === "http/silent" ? { typename } : undefined),
    functions: () => [{ typename: "http/silent" }],
    keptEgresses: () => [],
    now: () => 0,
    call: (_, __, signal) =>
      new Promise((___, reject) => {
        if (signal === undefined) return;
        signals.push(signal);
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
  };
  return { host: host as SurfaceHost, signals };
}

it.each(ways)("the wait of a client that has left ends: fetch %s", async (_, way) => {
  const errors: unknown[] = [];
  const { host, signals } = waitingHost();
  const outside: Fetch = (request) => inside(request);
  const inside = directSurface(
    outside,
    host,
    resolveSurfaceOptions({ expose: "all", authenticate: "none" }),
    { maxMessageBytes: 1_000, maxStateBytes: 1_000, onError: (error) => errors.push(error) },
  );
  const server = await serve({ fetch: way(outside), port: 0 });
  for (const isPolite of [true, false]) {
    const client = await rawClient(`http://127.0.0.1:${server.port}`);
    const typed = { ...text, prefer: "wait=60", "statefun-type": "io.statefun.types/string" };
    await client.write(`${head(path, { ...typed, "content-length": 1 })}x`);
    await expect.poll(() => signals.length).toBe(isPolite ? 1 : 2);
    expect(signals.at(-1)?.aborted).toBe(false);
    if (isPolite) client.socket.end();
    else client.socket.resetAndDestroy();
    await expect.poll(() => signals.at(-1)?.aborted).toBe(true);
  }
  // It resolves when nothing runs any more.
  await server.close();
  expect(errors).toEqual([]);
});
