import {
  bytes,
  type HandlerOptions,
  requestReplyHandler,
  StatefulFunctions,
  string,
} from "statefun";
import { serve } from "statefun/node";
import { codecV2, codecV3 } from "statefun/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowDirect, directOf } from "../../src/http/server-hints.ts";
import { batchOf, bodyOf, octetStream, post, wires, wireValue } from "./client.ts";
import { chunk, head, lastChunk, rawClient } from "./socket.ts";

const blob = bytes("test/blob");
const errors: unknown[] = [];
let invoked = 0;

const functions = new StatefulFunctions();
functions.bind("test/echo", { accepts: blob, replies: blob }, (context, value) => {
  invoked++;
  context.send(context.self, blob.of(value));
});
functions.bind("test/waits", { accepts: string }, async (context, text) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  if (text === "fail") throw new Error("secret");
  context.send(context.self, string.of(text));
});

const options: HandlerOptions = {
  maxBodyBytes: 2_000_000,
  onError: (error) => errors.push(error),
};

/** A server around the handler itself, one that has a function between, and what that one was asked. */
async function start(more: HandlerOptions = {}) {
  const handler = requestReplyHandler(functions, { ...options, ...more });
  let requests = 0;
  const counted = (request: Request) => {
    requests++;
    return handler(request);
  };
  const how = directOf(handler);
  if (how !== undefined) allowDirect(counted, how);
  const direct = await serve({ port: 0, fetch: counted });
  const between = await serve({ port: 0, fetch: (request) => handler(request) });
  const close = () => Promise.all([direct.close(), between.close()]);
  const url = (port: number) => `http://127.0.0.1:${port}/`;
  const urls = { direct: url(direct.port), between: url(between.port) };
  return { ...urls, close, requests: () => requests };
}

let servers: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  servers = await start();
});
afterAll(async () => {
  await servers.close();
});

const echo = (size: number, codec = codecV3) =>
  bodyOf(codec, batchOf("test/echo", [wireValue(blob, new Uint8Array(size).fill(7))]));
const waits = (text: string) => bodyOf(codecV3, batchOf("test/waits", [wireValue(string, text)]));

async function answered(url: string, init: RequestInit) {
  const response = await fetch(url, { method: "POST", ...init });
  const { status, headers } = response;
  const kept = ["content-type", "content-length", "allow"].map((name) => headers.get(name));
  return { status, kept, body: Buffer.from(await response.arrayBuffer()).toString("base64") };
}

const usual: readonly (readonly [name: string, body: Uint8Array<ArrayBuffer>])[] = [
  ["a request of v3", echo(5)],
  ["a request of v2", echo(5, codecV2)],
  ["one of many pieces", echo(900_000)],
  ["a function that waits", waits("x")],
  ["a function that throws", waits("fail")],
  ["bytes that are no request", Uint8Array.of(1, 2, 3)],
  ["an unknown function", bodyOf(codecV3, batchOf("test/none", []))],
];
const unusual: readonly (readonly [name: string, init: RequestInit])[] = [
  ["GET", { method: "GET" }],
  ["PUT", { method: "PUT", headers: octetStream, body: echo(5) }],
  ["another type", { headers: { "content-type": "text/plain" }, body: echo(5) }],
  ["no type", { body: echo(5) }],
  [
    "the type with a parameter",
    { headers: { "content-type": "Application/octet-stream; a=b" }, body: echo(5) },
  ],
  ["an encoding", { headers: { ...octetStream, "content-encoding": "gzip" }, body: echo(5) }],
  ["no body", { headers: octetStream }],
  ["an empty body", { headers: octetStream, body: new Uint8Array() }],
  ["a megabyte and more", { headers: octetStream, body: echo(1_100_000) }],
  ["more than the limit", { headers: octetStream, body: echo(2_000_001) }],
];

describe("a handler that is served on Node as it is", () => {
  it.each(usual)(
    "answers like one with a function between, without a Request: %s",
    async (_, body) => {
      const before = servers.requests();
      const init = { headers: octetStream, body };
      const direct = await answered(servers.direct, init);
      expect(servers.requests()).toBe(before);
      expect(direct).toEqual(await answered(servers.between, init));
    },
  );

  it.each(unusual)("answers like one with a function between: %s", async (_, init) => {
    const before = servers.requests();
    const direct = await answered(servers.direct, init);
    expect(servers.requests()).toBe(before + 1);
    expect(direct).toEqual(await answered(servers.between, init));
  });

  it("tells onError of each failure once", async () => {
    errors.length = 0;
    await post(servers.direct, waits("fail"));
    await post(servers.direct, Uint8Array.of(1));
    expect(errors.map((error) => Object(error).code)).toEqual([undefined, "malformed_request"]);
  });

  it("answers a body that comes byte by byte, and one that is chunked", async () => {
    const body = echo(3);
    for (const framing of [{ "content-length": body.length }, { "transfer-encoding": "chunked" }]) {
      const client = await rawClient(servers.direct);
      await client.write(head("/", { ...framing, connection: "close" }));
      const isChunked = "transfer-encoding" in framing;
      for (const byte of body) {
        const one = Uint8Array.of(byte);
        await client.write(isChunked ? chunk(one) : one);
      }
      if (isChunked) await client.write(lastChunk);
      expect(await client.until(/test\/blob/)).toMatch(/^HTTP\/1\.1 200 /);
      client.destroy();
    }
  });

  it("never invokes a function for a body that broke off, and says so", async () => {
    for (const url of [servers.direct, servers.between]) {
      errors.length = 0;
      invoked = 0;
      const body = echo(1_000);
      const client = await rawClient(url);
      await client.write(head("/", { "content-length": body.length }));
      await client.write(body.subarray(0, 500));
      await new Promise((resolve) => setTimeout(resolve, 50));
      client.destroy();
      await expect.poll(() => errors.length).toBe(1);
      expect(errors).toMatchObject([{ code: "unavailable", message: "the body ended early" }]);
      expect(invoked).toBe(0);
    }
    for (const codec of wires) {
      expect((await post(servers.direct, echo(1, codec))).status).toBe(200);
    }
  });

  it("is not reached around a function that has taken over its properties", async () => {
    const handler = requestReplyHandler(functions, options);
    const refuse = () => new Response("no", { status: 403 });
    const server = await serve({ port: 0, fetch: Object.assign(refuse, handler) });
    expect((await post(`http://127.0.0.1:${server.port}/`, echo(1))).status).toBe(403);
    await server.close();
  });

  it("asks for a Request where somebody has to look at it", async () => {
    const guarded = await start({
      authenticate: ({ headers }) => headers.get("authorization") === "yes",
    });
    expect((await post(guarded.direct, echo(1))).status).toBe(401);
    const headers = { ...octetStream, authorization: "yes" };
    expect((await post(guarded.direct, echo(1), { headers })).status).toBe(200);
    expect(guarded.requests()).toBe(2);
    await guarded.close();
  });
});
