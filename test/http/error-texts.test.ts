import {
  customType,
  json,
  NonRetryableError,
  StateFunError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { serve } from "statefun/node";
import { createRuntime, type HttpSurfaceOptions } from "statefun/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { createSurface } from "../../src/surface/create-surface.ts";
import { resolveSurfaceOptions } from "../../src/surface/options.ts";
import type { SurfaceHost } from "../../src/surface/surface-host.ts";

const secret = "connect ECONNREFUSED 10.1.2.3:5432 password=hunter2 at /srv/app.ts";

/** What a handler may throw, and the code that callers get. */
const thrown: readonly (readonly [string, () => unknown, string])[] = [
  ["an error", () => new Error(secret), "failed"],
  ["a text", () => secret, "failed"],
  ["an error that no retry helps", () => new NonRetryableError(secret), "non_retryable"],
  [
    "one of our codes",
    () => new StateFunError("message_undecodable", secret),
    "message_undecodable",
  ],
  ["a value of a schema", () => new StateFunError("value_invalid", secret), "value_invalid"],
];

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function started(error: () => unknown, http: Partial<HttpSurfaceOptions> = {}) {
  const functions = new StatefulFunctions();
  const retry = { maxAttempts: 1 };
  const accepts = [string, json("errors/Note", shape<{ text: string }>())] as const;
  functions.bind("errors/throws", { accepts, retry }, () => {
    throw error();
  });
  const reported: unknown[] = [];
  const runtime = await createRuntime({
    modules: [functions],
    http: { expose: "all", authenticate: "none", admin: { authenticate: "none" }, ...http },
    onError: (one) => void reported.push(one),
  });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  closers.push(
    () => runtime.close({ drainMs: 0 }),
    () => server.close(),
  );
  const url = `http://127.0.0.1:${server.port}`;
  const call = async (key?: string) => {
    const headers = {
      "content-type": "text/plain",
      prefer: "wait=5",
      ...(key === undefined ? {} : { "idempotency-key": key }),
    };
    return fetch(`${url}/functions/errors/throws/1`, { method: "POST", headers, body: "x" });
  };
  return { url, call, reported, runtime };
}

describe("a caller over HTTP", () => {
  it.each(thrown)("sees the code of %s and not its text", async (_, error, code) => {
    const { url, call, reported } = await started(error);
    const response = await call("key");
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({
      error: {
        code: "dead_letter",
        message: `the message became a dead letter: ${code}`,
        cause: { code },
      },
    });
    // The same when its key comes again.
    expect(await (await call("key")).text()).toBe(text);
    // Operators are told everything.
    expect(String(Object(reported[0]).message ?? reported[0])).toBe(secret);
    const letters = await (await fetch(`${url}/admin/dead-letters`)).text();
    expect(letters).toContain("hunter2");
  });

  it.each(thrown)("sees the text of %s where errorDetail is full", async (_, error) => {
    const { call } = await started(error, { errorDetail: "full" });
    expect(JSON.parse(await (await call()).text()).error.cause.message).toBe(secret);
  });

  it.each([
    ["an error", () => new Error(secret)],
    ["one of our codes", () => new StateFunError("unavailable", secret)],
    ["an argument", () => new StateFunError("invalid_argument", secret)],
  ])("is not told what authenticate threw, %s", async (_, error) => {
    const { call, reported } = await started(() => "", {
      authenticate: () => {
        throw error();
      },
    });
    const response = await call();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("hunter2");
    expect(String(Object(reported[0]).message)).toContain("hunter2");
  });

  it("sees what is wrong with its own request", async () => {
    const { url } = await started(() => "");
    const headers = { "content-type": "application/json" };
    const post = async (body: string, rest: object = {}) =>
      (
        await fetch(`${url}/functions/errors/throws/1`, {
          method: "POST",
          headers: { ...headers, ...rest },
          body,
        })
      ).text();
    expect(await post("{")).toContain("the body must be JSON");
    expect(await post("1", { "statefun-type": "a/b" })).toContain("a/b");
    expect(await post('"x"', { "statefun-type": string.typename, prefer: "wait=x" })).toContain(
      "Prefer must be",
    );
  });

  it("does not see what the code of a type throws, and a schema that throws is no fault of the request", async () => {
    const own = customType({
      typename: "errors/Own",
      encode: () => new Uint8Array(),
      decode: (): number => {
        throw new Error(secret);
      },
    });
    const validate = (): never => {
      throw new Error(secret);
    };
    const broken = json("errors/Broken", {
      "~standard": { version: 1 as const, vendor: "test", validate },
    });
    const functions = new StatefulFunctions();
    functions.bind("errors/typed", { accepts: [own, broken] }, () => {});
    const reported: unknown[] = [];
    for (const errorDetail of ["code", "full"] as const) {
      const runtime = await createRuntime({
        modules: [functions],
        http: { expose: "all", authenticate: "none", errorDetail },
        onError: (error) => void reported.push(error),
      });
      closers.push(() => runtime.close());
      const post = async (typename: string, type: string) => {
        const headers = { "content-type": type, "statefun-type": typename };
        const url = "http://test/functions/errors/typed/1";
        const response = await runtime.fetch(
          new Request(url, { method: "POST", headers, body: "1" }),
        );
        return `${response.status} ${await response.text()}`;
      };
      const isFull = errorDetail === "full";
      const ofBytes = await post("errors/Own", "application/octet-stream");
      expect(ofBytes).toMatch(/^422 .*value_invalid/);
      expect(ofBytes.includes("hunter2")).toBe(isFull);
      const ofJson = await post("errors/Broken", "application/json");
      expect(ofJson).toMatch(isFull ? /^400 .*hunter2/ : /^500 .*failed/);
      expect(ofJson.includes("hunter2")).toBe(isFull);
    }
  });

  it.each([
    ["code", "temporarily unavailable", 1],
    ["full", "hunter2", 0],
  ] as const)("is told %s of what a platform threw", async (errorDetail, says, count) => {
    const reported: unknown[] = [];
    const cause = new Error(secret);
    const host = {
      functionOf: (typename: string) => ({ typename, accepts: string }),
      functions: () => [],
      keptEgresses: () => [],
      send: () => Promise.reject(new StateFunError("unavailable", secret, { cause })),
    } as unknown as SurfaceHost;
    const surface = createSurface(
      host,
      resolveSurfaceOptions({ expose: "all", authenticate: "none", errorDetail }),
      {
        maxMessageBytes: 1_000,
        maxStateBytes: 1_000,
        onError: (error) => void reported.push(error),
      },
    );
    const init = { method: "POST", headers: { "content-type": "text/plain" }, body: "x" };
    const response = await surface(new Request("http://h/functions/a/b/1", init));
    expect(response.status).toBe(503);
    expect(await response.text()).toContain(says);
    expect(reported).toHaveLength(count);
  });
});
