import { createServer } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { httpDelivery } from "statefun/http";
import { describe, expect, it, vi } from "vitest";
import { orders, started } from "./application.ts";
import { type Answer, fine, receiver } from "./receiver.ts";

const orderOf = (n: number): string => JSON.stringify({ n });
/** Fails as many times for each record, and takes it then. */
const afterFailing =
  (times: number, fail: Answer): Answer =>
  (response, received, count) =>
    (count <= times ? fail : fine)(response, received, count);
const status =
  (code: number, headers = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end("no");

describe("a receiver that fails for a time gets the record again, under the same key", () => {
  it.each<[string, Answer]>([
    ["with 500", status(500)],
    ["with 502", status(502)],
    ["with 503", status(503, { "retry-after": "1" })],
    ["with 429", status(429, { "retry-after": "0" })],
    ["with 401, for the time of a new token", status(401)],
    ["with 403", status(403)],
    ["with 408", status(408)],
    ["with 409, for the time of a lock", status(409)],
    ["with 425", status(425)],
    ["by a reset", ({ socket }) => void socket?.resetAndDestroy()],
    ["by closing", ({ socket }) => void socket?.end()],
    ["with no HTTP", ({ socket }) => void socket?.end("hello\r\n\r\n")],
    ["with half a head", ({ socket }) => void socket?.end("HTTP/1.1 200 OK\r\ncontent-le")],
    ["by never answering", () => {}],
  ])("%s", async (_, fail) => {
    const { url, received } = await receiver(afterFailing(1, fail));
    const { runtime, seller, errors } = await started(
      httpDelivery(orders, { url, timeoutMs: 300 }),
    );
    await runtime.send(seller.at("1"), 2);
    await expect.poll(() => received.length).toBe(4);
    expect(received.map(({ body }) => body)).toEqual([1, 1, 2, 2].map(orderOf));
    expect(new Set(received.map(({ key }) => key)).size).toBe(2);
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
    // Each failure is told: a receiver that is down must not stay unknown.
    expect(errors).toHaveLength(2);
  });

  it("for as long as it takes, and while nobody listens", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => probe.once("listening", resolve));
    const { port } = Object(probe.address());
    await new Promise((resolve) => probe.close(resolve));
    const { runtime, seller, errors } = await started(
      httpDelivery(orders, { url: `http://127.0.0.1:${port}` }),
    );
    await runtime.send(seller.at("1"), 1);
    await expect.poll(() => errors.length).toBeGreaterThan(2);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});

describe("an answer that says that the record was taken", () => {
  it.each<[string, Answer]>([
    ["200 with a page", (response) => void response.end("x".repeat(100_000))],
    ["201", status(201)],
    ["202", status(202)],
    [
      "200 with a body that breaks off",
      (response) => {
        response.writeHead(200, { "content-length": 10 }).write("x");
        setTimeout(() => response.socket?.destroy(), 50);
      },
    ],
    ["200 with a body that never ends", (response) => void response.writeHead(200).write("x")],
    [
      "200 with a short body that never ends",
      (response) => void response.writeHead(200, { "content-length": 10 }).write("x"),
    ],
  ])("is %s", async (_, answer) => {
    const { url, received } = await receiver(answer);
    const { runtime, seller, errors } = await started(
      httpDelivery(orders, { url, timeoutMs: 500 }),
    );
    await runtime.send(seller.at("1"), 2);
    await expect.poll(() => received.length).toBe(2);
    await runtime.idle();
    expect(received.map(({ body }) => body)).toEqual([1, 2].map(orderOf));
    expect(errors).toEqual([]);
  });
});

describe("an answer that says that the record is wrong", () => {
  it.each([301, 302, 307, 308, 400, 404, 405, 410, 413, 415, 422, 451])(
    "with %d makes it a dead letter, and those around it go on",
    async (code) => {
      const elsewhere = await receiver();
      const refuse = status(code, code < 400 ? { location: elsewhere.url } : {});
      const { url, received } = await receiver((response, one, count) =>
        (one.body === orderOf(2) ? refuse : fine)(response, one, count),
      );
      const { runtime, seller } = await started(httpDelivery(orders, { url }));
      await runtime.send(seller.at("1"), 3);
      const letters = () => runtime.deadLetters.list();
      await expect.poll(async () => (await letters()).length).toBe(1);
      await runtime.idle();
      const [letter] = await letters();
      expect(letter).toMatchObject({ egress: "egress/orders", error: { code: "non_retryable" } });
      expect(letter?.error.message).toContain(String(code));
      const taken = received.filter(({ body }) => body !== orderOf(2));
      expect(taken.map(({ body }) => body)).toEqual([1, 3].map(orderOf));
      // A redirect is not followed: the record would go to somebody else, or as a GET.
      expect(elsewhere.received).toEqual([]);
    },
  );

  it("lets it be replayed when the receiver has learnt", async () => {
    let hasLearnt = false;
    const { url, received } = await receiver((response, one, count) =>
      (hasLearnt ? fine : status(400))(response, one, count),
    );
    const { runtime, seller } = await started(httpDelivery(orders, { url }));
    await runtime.send(seller.at("1"), 1);
    const letters = () => runtime.deadLetters.list();
    await expect.poll(async () => (await letters()).length).toBe(1);
    hasLearnt = true;
    await runtime.deadLetters.replay((await letters())[0]?.id ?? "");
    await expect.poll(() => received.length).toBe(2);
    await runtime.idle();
    expect(await letters()).toEqual([]);
    expect(received.map(({ body }) => body)).toEqual([1, 1].map(orderOf));
  });

  it.each<[string, () => string]>([
    [
      "throws",
      () => {
        throw new Error("no address");
      },
    ],
    ["gives no url", () => "nowhere"],
    ["gives one of a file", () => "file:///etc/passwd"],
    ["gives credentials", () => "http://a:b@127.0.0.1"],
    ["gives nothing", () => undefined as never],
  ])("is one whose function of the url %s", async (_, url) => {
    const { runtime, seller } = await started(httpDelivery(orders, { url }));
    await runtime.send(seller.at("1"), 1);
    const letters = () => runtime.deadLetters.list();
    await expect.poll(async () => (await letters()).length).toBe(1);
    expect((await letters())[0]?.error.code).toBe("non_retryable");
  });
});

describe("an answer", () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, " "));
  const drip: Answer = (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(" "), 20);
    response.once("close", () => clearInterval(timer));
  };
  it.each<[string, Answer]>([
    [
      "that grows when it is decompressed",
      (response) => {
        response.writeHead(200, { "content-encoding": "gzip" }).end(bomb);
      },
    ],
    ["that never ends", drip],
    [
      "that is announced to be long",
      (response) => {
        response.writeHead(200, { "content-length": 5_000_000_000 }).write("{");
      },
    ],
  ])("%s is an answer, and is not read to its end", async (_, answer) => {
    const { url, received } = await receiver(answer);
    const before = process.memoryUsage().rss;
    const { runtime, seller, errors } = await started(
      httpDelivery(orders, { url, timeoutMs: 500 }),
    );
    await runtime.send(seller.at("1"), 1);
    await expect.poll(() => received.length).toBe(1);
    await runtime.idle();
    expect(errors).toEqual([]);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});

describe("a fetch that names its whole URL when it fails, as the one of Deno does", () => {
  it("does not show the path to operators, nor to onError", async () => {
    const secret = "http://127.0.0.1:9/s3cret?key=s3cret";
    vi.stubGlobal("fetch", () =>
      Promise.reject(new TypeError(`error sending request for url (${secret}): refused`)),
    );
    const { runtime, seller, errors } = await started(httpDelivery(orders, { url: secret }));
    await runtime.send(seller.at("1"), 1);
    await expect.poll(() => errors.length, { timeout: 60_000 }).toBeGreaterThan(0);
    vi.unstubAllGlobals();
    const [error] = errors;
    expect(inspect(error)).toContain("cannot be reached");
    expect(inspect(error)).toContain("(http://127.0.0.1:9): refused");
    expect(inspect(error, { depth: 9 })).not.toContain("s3cret");
    const health = await (await runtime.fetch(new Request("http://x/health"))).text();
    expect(health).not.toContain("s3cret");
  });
});
