import { address, int } from "statefun";
import { describe, expect, it } from "vitest";
import { eventually, far, hosted, unavailable } from "./support/hosted.ts";
import { answer, type Respond } from "./support/raw-server.ts";

const host = hosted();
const fn = (id: string | number) => address("far/fn", String(id));

/** Ways in which an endpoint is not there, or not now. */
const outages: readonly (readonly [string, Respond])[] = [
  ...([408, 429, 502, 503, 504].map(
    (status) => [`a ${status}`, (_, response) => response.writeHead(status).end()] as const,
  ) satisfies readonly (readonly [string, Respond])[]),
  ["a connection that is closed without an answer", (_, response) => response.destroy()],
  [
    "an answer that is cut off",
    (_, response) => {
      const head = { "content-type": "application/octet-stream", "content-length": 100 };
      response.writeHead(200, head).write("half", () => response.destroy());
    },
  ],
  ["silence", () => {}],
  [
    "an answer that never ends",
    (_, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream" }).write("half");
    },
  ],
];

describe("an endpoint that is not there", () => {
  it.for(outages)("is waited for after %s: no message is counted or lost", async ([, respond]) => {
    const server = await host.serve((seen, response) => {
      // More often than a message may fail.
      if (server.seen.length <= 6) respond(seen, response);
      else answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url, { timeoutMs: 100 })]);
    await runtime.send(fn(1), int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count === 7,
    );
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length === 0,
    );
    await runtime.idle();
    expect(await runtime.deadLetters.list()).toEqual([]);
    expect((await runtime.instance(fn(1))).mailbox).toEqual([]);
    expect(host.errors).toHaveLength(6);
    for (const error of host.errors) {
      expect(error).toMatchObject({ code: "unavailable" });
      expect(String(error)).toMatch(/far\/fn at http:\/\/127.0.0.1:\d+ /);
    }
  });

  it("is asked by one request at a time while it is down, and shown in health", {
    timeout: 90_000,
  }, async () => {
    let isDown = false;
    const server = await host.serve(async (_, response) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (isDown) response.writeHead(503).end();
      else answer(response);
    });
    const runtime = await host.start([far(["far/fn" as `${string}/*`, "other/*"], server.url)]);
    await runtime.send(fn("first"), int.of(0));
    await runtime.idle();
    isDown = true;
    await runtime.send(fn("probe"), int.of(0));
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length > 0,
    );
    expect(await unavailable(runtime)).toEqual(["far/fn", "other/*"]);
    const before = server.seen.length;
    const most = server.mostOpen();
    for (let n = 0; n < 200; n++) await runtime.send(fn(n), int.of(n));
    // What waits for an endpoint is no work that can be done now.
    await runtime.idle();
    await eventually(
      () => server.seen.length,
      (count) => count >= before + 5,
    );
    expect(server.mostOpen()).toBe(most);
    expect(most).toBe(1);
    isDown = false;
    await eventually(
      () => new Set(server.seen.map(({ batch }) => batch.target.id)).size,
      (count) => count === 202,
    );
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length === 0,
    );
    await runtime.idle();
    expect(server.mostOpen()).toBeGreaterThan(8);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("is left alone for as long as its Retry-After says", async () => {
    const times: number[] = [];
    const server = await host.serve((_, response) => {
      times.push(Date.now());
      if (times.length === 1) response.writeHead(503, { "retry-after": "1" }).end();
      else answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(fn(0), int.of(0));
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length > 0,
    );
    for (let n = 1; n < 10; n++) await runtime.send(fn(n), int.of(n));
    await eventually(
      () => times.length,
      (count) => count === 11,
    );
    const [first = 0, second = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(995);
  });

  it("refuses connections, and when it comes back everything runs, in order", async () => {
    const got = new Map<string, number[]>();
    const server = await host.serve(({ batch }, response) => {
      const { id } = batch.target;
      const numbers = batch.invocations.map(({ argument }) =>
        int.decode(argument.bytes ?? new Uint8Array()),
      );
      got.set(id, [...(got.get(id) ?? []), ...numbers]);
      answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    await server.down();
    for (let n = 0; n < 60; n++) await runtime.send(fn(n % 3), int.of(n));
    await eventually(
      () => host.errors.length,
      (count) => count > 5,
    );
    await server.up();
    await eventually(
      () => [...got.values()].flat().length,
      (count) => count >= 60,
    );
    await runtime.idle();
    for (const id of [0, 1, 2]) {
      const expected = Array.from({ length: 20 }, (_, index) => index * 3 + id);
      expect(got.get(String(id))).toEqual(expected);
    }
  });

  it("is one of two: the other one goes on", async () => {
    const down = await host.serve((_, response) => response.writeHead(503).end());
    const up = await host.serve((_, response) => answer(response));
    const runtime = await host.start([far("far/fn", down.url), far("near/fn", up.url)]);
    await runtime.send(fn(1), int.of(1));
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length > 0,
    );
    for (let n = 0; n < 20; n++) await runtime.send(address("near/fn", String(n)), int.of(n));
    await eventually(
      () => up.seen.length,
      (count) => count === 20,
    );
    expect(await unavailable(runtime)).toEqual(["far/fn"]);
    expect((await runtime.instance(fn(1))).mailbox).toHaveLength(1);
  });

  it("is one for all functions with its url, as a 2.x module names it with each of them", async () => {
    let isDown = true;
    const server = await host.serve((_, response) => {
      if (isDown) response.writeHead(503).end();
      else answer(response);
    });
    const modules = [far("far/fn", server.url), far("far/other", server.url)];
    const runtime = await host.start(modules);
    await runtime.send(fn(1), int.of(1));
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length > 0,
    );
    expect(await unavailable(runtime)).toEqual(["far/fn", "far/other"]);
    isDown = false;
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length === 0,
    );
  });

  it("hangs for one message: the others get through between its tries", async () => {
    const server = await host.serve(({ batch }, response) => {
      if (batch.target.id !== "hangs") answer(response);
    });
    const runtime = await host.start([far("far/fn", server.url, { timeoutMs: 50 })]);
    await runtime.send(fn("hangs"), int.of(0));
    for (let n = 0; n < 100; n++) {
      await runtime.send(fn(n), int.of(n));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await eventually(
      () => new Set(server.seen.map(({ batch }) => batch.target.id)).size,
      (count) => count === 101,
    );
  });
});

describe("closing a runtime", () => {
  it("aborts what is in flight when the drain is over, and the message runs in the next life", async () => {
    let isSilent = true;
    let aborted = 0;
    const server = await host.serve((_, response) => {
      response.on("close", () => {
        if (!response.writableEnded) aborted++;
      });
      if (!isSilent) answer(response);
    });
    const modules = [far("far/fn", server.url)];
    const runtime = await host.start(modules);
    await runtime.send(fn(1), int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count === 1,
    );
    await runtime.close({ drainMs: 50 });
    await eventually(
      () => aborted,
      (count) => count === 1,
    );
    isSilent = false;
    const next = await host.start(modules);
    await eventually(
      () => server.seen.length,
      (count) => count === 2,
    );
    await next.idle();
    expect((await next.instance(fn(1))).mailbox).toEqual([]);
    expect(host.errors).toEqual([]);
  });

  it("does not wait for an endpoint that is down", async () => {
    const server = await host.serve((_, response) => {
      response.writeHead(503, { "retry-after": "3600" }).end();
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(fn(1), int.of(1));
    await eventually(
      () => unavailable(runtime),
      ({ length }) => length > 0,
    );
    // Longer than this test may take.
    await runtime.close({ drainMs: 600_000 });
  });
});
