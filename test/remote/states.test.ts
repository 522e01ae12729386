import {
  address,
  bytes,
  functionRef,
  int,
  StatefulFunctions,
  type StateSpecs,
  string,
} from "statefun";
import { codecV3, type MissingValue } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { handlerServer } from "./support/handler-server.ts";
import { eventually, far, hosted } from "./support/hosted.ts";
import { answer } from "./support/raw-server.ts";

const octets = { "content-type": "application/octet-stream" };
const counter = functionRef("far/counter", string, { replies: int });

/** Counts calls; "look" only says how many there were. */
function counting(
  expiration:
    | { readonly expireAfterWriteMs: number }
    | { readonly expireAfterCallMs: number }
    | null = null,
): StatefulFunctions {
  const functions = new StatefulFunctions("the counter");
  const state: StateSpecs = { count: { type: int, ...expiration } };
  functions.implement(counter, { state }, (context, command) => {
    const cells = context.state as { count?: number | undefined };
    const count = cells.count ?? 0;
    if (command === "boom") throw new Error("boom");
    if (command === "forget") cells.count = undefined;
    if (command === "add") cells.count = count + 1;
    context.reply(command === "add" ? count + 1 : count);
  });
  return functions;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

for (const [name, isFile] of [
  ["memoryStore", false],
  ["sqliteStore", true],
] as const) {
  describe(`states of a remote function on ${name}`, () => {
    const host = hosted(isFile);

    async function remote(functions = counting()) {
      const server = await handlerServer(functions);
      host.later(() => server.close());
      return server;
    }

    it("are learned from its first answer, kept, and read again by the next life", async () => {
      const server = await remote();
      const modules = [far([counter], server.url)];
      const first = await host.start(modules);
      expect(await first.call(counter.at("a"), "add")).toBe(1);
      // One request asked for the states, one did the work.
      expect(server.requests()).toBe(2);
      expect(await first.call(counter.at("a"), "add")).toBe(2);
      expect(server.requests()).toBe(3);
      expect(await first.call(counter.at("b"), "look")).toBe(0);
      const next = await host.start(modules);
      expect(await next.call(counter.at("a"), "add")).toBe(3);
      expect(server.errors).toEqual([]);
      expect(host.errors).toEqual([]);
    });

    it("may be deleted", async () => {
      const server = await remote();
      const runtime = await host.start([far([counter], server.url)]);
      await runtime.call(counter.at("a"), "add");
      await runtime.call(counter.at("a"), "forget");
      expect(await runtime.call(counter.at("a"), "add")).toBe(1);
    });

    it("expire after a write as the function says, whatever is read in between", async () => {
      const server = await remote(counting({ expireAfterWriteMs: 1_000 }));
      const runtime = await host.start([far([counter], server.url)]);
      await runtime.call(counter.at("a"), "add");
      expect(await runtime.call(counter.at("a"), "look")).toBe(1);
      await pause(500);
      expect(await runtime.call(counter.at("a"), "look")).toBe(1);
      await pause(600);
      expect(await runtime.call(counter.at("a"), "look")).toBe(0);
    });

    it("expire after a call as the function says: each call renews them, in the next life too", async () => {
      const server = await remote(counting({ expireAfterCallMs: 1_000 }));
      const modules = [far([counter], server.url)];
      let runtime = await host.start(modules);
      await runtime.call(counter.at("a"), "add");
      for (let n = 0; n < 3; n++) {
        await pause(500);
        if (n === 1) runtime = await host.start(modules);
        expect(await runtime.call(counter.at("a"), "look")).toBe(1);
      }
      await pause(1_100);
      expect(await runtime.call(counter.at("a"), "look")).toBe(0);
    });

    it("are not written by a batch that failed", async () => {
      const server = await remote();
      const runtime = await host.start([far([counter], server.url)]);
      await runtime.call(counter.at("a"), "add");
      await expect(runtime.call(counter.at("a"), "boom")).rejects.toMatchObject({
        code: "dead_letter",
      });
      expect(await runtime.call(counter.at("a"), "add")).toBe(2);
    });

    it("of wire v2 are those of the module, with its expiration", async () => {
      const server = await remote(counting());
      const states = [{ name: "count", expireAfterWriteMs: 1_000 }];
      const modules = [far([counter], server.url, { protocol: "v2", states })];
      const first = await host.start(modules);
      expect(await first.call(counter.at("a"), "add")).toBe(1);
      expect(await first.call(counter.at("a"), "add")).toBe(2);
      expect(server.requests()).toBe(2);
      await pause(1_100);
      expect(await first.call(counter.at("a"), "look")).toBe(0);
    });

    it("of wire v2 that the module lacks are a failure that says what to add", async () => {
      const server = await remote(counting());
      const runtime = await host.start([far([counter], server.url, { protocol: "v2" })]);
      await expect(runtime.call(counter.at("a"), "add")).rejects.toThrow();
      expect(String(server.errors[0])).toContain("module.yaml lacks states of far/counter");
    });

    it("are asked for again after the server was away: a new version has new ones", async () => {
      const server = await remote(counting({ expireAfterWriteMs: 60_000 }));
      const runtime = await host.start([far([counter], server.url)]);
      expect(await runtime.call(counter.at("a"), "add")).toBe(1);
      await server.close();
      const waiting = runtime.call(counter.at("b"), "add");
      await eventually(
        () => host.errors.length,
        (count) => count > 1,
      );
      await server.open(counting({ expireAfterWriteMs: 200 }));
      expect(await waiting).toBe(1);
      await pause(250);
      expect(await runtime.call(counter.at("b"), "look")).toBe(0);
      // Written by the version before, with its expiration.
      expect(await runtime.call(counter.at("a"), "look")).toBe(1);
    });
  });
}

describe("asking for states", () => {
  const host = hosted();
  const spec = (name: string, rest: Partial<MissingValue["expiration"]> = {}): MissingValue => ({
    name,
    typename: int.typename,
    expiration: { mode: "none", afterMs: 0, ...rest },
  });
  const ask = (missing: readonly MissingValue[]) =>
    codecV3.encodeResponse({ kind: "incomplete", missing });
  const fn = address("far/fn", "1");

  it.for([
    [
      "the same ones over and over",
      () => [spec("a")],
      /asks again for states that it was given: "a"/,
      2,
    ],
    [
      "another one each time",
      (n: number) => [spec(`s${n}`)],
      /asked for missing states 8 times/,
      8,
    ],
    ["none at all", () => [], /asks again for states that it was given: no names/, 1],
    [
      "one without a name",
      () => [spec("ok"), spec("")],
      /declared a state "": a name has 1 to 255 bytes/,
      1,
    ],
    [
      "one that expires at once",
      () => [spec("a", { mode: "after-write" })],
      /state "a" to expire after 0 ms, expected 1 or more/,
      1,
    ],
    [
      "one that has expired",
      () => [spec("a", { mode: "after-call", afterMs: -5 })],
      /to expire after -5 ms/,
      1,
    ],
  ] as const)("for %s fails clearly, and counts", async ([, missing, text, requests]) => {
    const server = await host.serve((_, response) =>
      response.writeHead(200, octets).end(ask(missing(server.seen.length))),
    );
    const runtime = await host.start([far("far/fn", server.url)], {
      retry: { maxAttempts: 1 },
    });
    await runtime.send(fn, int.of(1));
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letter?.error.message).toMatch(text);
    expect(server.seen).toHaveLength(requests);
  });

  it("is no attempt: a message with one attempt gets its answer", async () => {
    const server = await host.serve(({ batch }, response) => {
      if (!batch.state.has("a")) response.writeHead(200, octets).end(ask([spec("a"), spec("b")]));
      else
        answer(response, {
          mutations: [
            { name: "b", value: { typename: int.typename, bytes: int.encode(7), headers: [] } },
          ],
        });
    });
    const runtime = await host.start([far("far/fn", server.url)], { retry: { maxAttempts: 1 } });
    await runtime.send(fn, int.of(1));
    await runtime.idle();
    await runtime.send(fn, int.of(2));
    await runtime.idle();
    expect(host.errors).toEqual([]);
    const [, second, third] = server.seen.map(({ batch }) => [...batch.state]);
    expect(second).toEqual([
      ["a", undefined],
      ["b", undefined],
    ]);
    expect(third).toMatchObject([
      ["a", undefined],
      ["b", { typename: int.typename }],
    ]);
  });

  it.for([
    [
      "of another type",
      { typename: string.typename, bytes: string.encode("1"), headers: [] },
      "malformed_request",
      /wrote a "io.statefun.types\/string" to state "a", which it declared as "io.statefun.types\/int"/,
    ],
    [
      "over the limit",
      { typename: int.typename, bytes: new Uint8Array(2_000), headers: [] },
      "limit_exceeded",
      /wrote 2000 bytes to state "a", more than maxStateBytes \(1000\)/,
    ],
  ] as const)("is no leave to write a value %s", async ([, value, code, text]) => {
    const server = await host.serve(({ batch }, response) => {
      if (!batch.state.has("a")) response.writeHead(200, octets).end(ask([spec("a")]));
      else answer(response, { mutations: [{ name: "a", value }] });
    });
    const runtime = await host.start([far("far/fn", server.url)], {
      retry: { maxAttempts: 1 },
      limits: { maxStateBytes: 1_000 },
    });
    await runtime.send(fn, int.of(1));
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letter?.error).toMatchObject({ code });
    expect(letter?.error.message).toMatch(text);
  });

  it("keeps bytes of any length and any kind, written without a value as no bytes", async () => {
    const blob = bytes("far/blob");
    const server = await host.serve(({ batch }, response) => {
      const { id } = batch.target;
      if (!batch.state.has("a")) {
        const missing = [{ ...spec("a"), typename: blob.typename }];
        response.writeHead(200, octets).end(ask(missing));
      } else if (server.seen.filter((one) => one.batch.target.id === id).length > 2)
        answer(response);
      else {
        const value = {
          typename: blob.typename,
          bytes: id === "void" ? undefined : new Uint8Array([0, 255]),
          headers: [],
        };
        answer(response, { mutations: [{ name: "a", value }] });
      }
    });
    const runtime = await host.start([far("far/fn", server.url)]);
    // The first request of all learns the states.
    for (const id of ["void", "some", "some", "void"]) {
      await runtime.send(address("far/fn", id), int.of(1));
      await runtime.idle();
    }
    const last = server.seen.at(-1)?.batch;
    expect(last?.target.id).toBe("void");
    expect(last?.state.get("a")).toMatchObject({
      typename: blob.typename,
      bytes: new Uint8Array(),
    });
    const some = server.seen.at(-2)?.batch;
    expect(some?.state.get("a")).toMatchObject({ bytes: new Uint8Array([0, 255]) });
  });
});
