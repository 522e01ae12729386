import { requestReplyHandler } from "statefun";
import { serve } from "statefun/node";
import { afterEach, expect, it } from "vitest";
import { functions, http } from "./app.ts";
import { credentials } from "./client.ts";
import { startApplication } from "./start.ts";

let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

/** A body of a byte now and then, without an end. */
function trickle() {
  const seen = { isCancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (!seen.isCancelled) controller.enqueue(new Uint8Array(1));
      },
      cancel() {
        seen.isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { seen, body };
}

it.each([
  ["to a function", "text/plain"],
  ["of a cluster", "application/octet-stream"],
])("what came of a body that is late is read no further: one %s", async (_, type) => {
  const runtime = await startApplication({ http: { ...http, bodyTimeoutMs: 100 } });
  close = () => runtime.close({ drainMs: 0 });
  const handler = requestReplyHandler(functions, { bodyTimeoutMs: 100 });
  const { seen, body } = trickle();
  const init = { method: "POST", headers: { ...credentials, "content-type": type }, body };
  // Node wants it for a stream, and its types do not know it.
  const request = new Request("http://runtime/functions/http/silent/1", {
    ...init,
    duplex: "half",
  } as RequestInit);
  const answer = await (type === "text/plain" ? runtime.fetch(request) : handler(request));
  expect(answer.status).toBe(408);
  await expect.poll(() => seen.isCancelled).toBe(true);
});

const never = () => new Promise<boolean>(() => {});
const unanswered = {
  ...({ expose: "all", authenticate: never, admin: { authenticate: never } } as const),
  bodyTimeoutMs: 100,
};

it.each([
  ["callers", "/openapi.json"],
  ["operators", "/admin/me"],
])(
  "an authenticate of %s that does not answer is no fault of a request without a body",
  async (_, path) => {
    const errors: unknown[] = [];
    const runtime = await startApplication({
      http: { ...unanswered, errorDetail: "full" },
      onError: (error) => errors.push(error),
    });
    close = () => runtime.close();
    const ask = async (init: RequestInit) => {
      const answer = await runtime.fetch(new Request(`http://runtime${path}`, init));
      return { status: answer.status, text: await answer.text() };
    };
    const bare = await ask({ method: "GET" });
    expect(bare.status).toBe(503);
    expect(bare.text).toContain("authenticate did not answer within bodyTimeoutMs (100)");
    expect(errors.map(String)).toEqual([
      expect.stringContaining("authenticate did not answer within bodyTimeoutMs (100)"),
    ]);
    // It may have waited for the body.
    const withBody = await ask({ method: "POST", body: "{}" });
    expect(withBody.status).toBe(408);
    expect(withBody.text).toContain("authenticate did not answer within bodyTimeoutMs (100)");
  },
);

it.each([
  ["GET", "/admin/me"],
  ["DELETE", "/admin/dead-letters/1"],
  ["POST", "/functions/http/silent/1"],
])("nor of one that a server gives an empty body: %s", async (method, path) => {
  const runtime = await startApplication({ http: unanswered });
  const server = await serve({ fetch: runtime.fetch, port: 0 });
  close = async () => {
    await runtime.close();
    await server.close();
  };
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  expect({ status: answer.status, body: await answer.json() }).toEqual({
    status: 503,
    body: {
      error: {
        code: "unavailable",
        message: "authenticate did not answer within bodyTimeoutMs (100)",
      },
    },
  });
});

it("an authenticate of a cluster that does not answer is named", async () => {
  const errors: unknown[] = [];
  const handler = requestReplyHandler(functions, {
    authenticate: never,
    bodyTimeoutMs: 100,
    onError: (error) => errors.push(error),
  });
  const init = {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: new Uint8Array(),
  };
  expect((await handler(new Request("http://runtime/", init))).status).toBe(408);
  expect(errors.map(String)).toEqual([
    expect.stringContaining("authenticate did not answer within bodyTimeoutMs (100)"),
  ]);
});
