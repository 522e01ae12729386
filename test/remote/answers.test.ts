import { address, egress, int, StatefulFunctions, string } from "statefun";
import { type Completed, codecV2, codecV3, type DelayedEffect } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { eventually, far, hosted } from "./support/hosted.ts";
import { answer, none } from "./support/raw-server.ts";

const host = hosted();
const fn = address("far/fn", "1");

const text = (value: string) => ({
  typename: string.typename,
  bytes: string.encode(value),
  headers: [],
});
const to = (typename: string) => ({ target: { typename, id: "1" }, argument: text("hi") });
const later = (rest: Partial<Extract<DelayedEffect, { kind: "send" }>>): DelayedEffect => ({
  kind: "send",
  delayMs: 0,
  cancellationToken: undefined,
  ...to("near/fn"),
  ...rest,
});

const octets = { "content-type": "application/octet-stream" };
const send = (typename: string): Partial<Completed> => ({ messages: [to(typename)] });

/** Answers with something that no function means, each beside effects that are right. */
const nonsense: readonly (readonly [string, Partial<Completed>, string, RegExp])[] = [
  [
    "a state that nothing declares",
    { mutations: [{ name: "count", value: text("1") }] },
    "undeclared_state",
    /wrote a state "count" that nothing declares; declared are: none/,
  ],
  [
    "a target without a namespace",
    send("/fn"),
    "malformed_request",
    /sent a message to "\/fn", expected "namespace\/name"/,
  ],
  [
    "a target with two slashes",
    send("a/b/c"),
    "malformed_request",
    /"a\/b\/c", expected "namespace\/name" with exactly one slash/,
  ],
  [
    "a target of the engine's own",
    send("statefun/dead-letter"),
    "malformed_request",
    /to statefun\/dead-letter: the namespace statefun is reserved for the engine/,
  ],
  [
    "an egress without a name",
    { egresses: [{ egress: "out/", argument: text("") }] },
    "malformed_request",
    /emitted to the egress "out\/"/,
  ],
  [
    "a negative delay",
    { delayed: [later({ delayMs: -1 })] },
    "malformed_request",
    /to near\/fn with a delay of -1 ms, expected 0 to \d+/,
  ],
  [
    "a delay without end",
    { delayed: [later({ delayMs: 2 ** 53 - 1 })] },
    "malformed_request",
    /delay of 9007199254740991 ms/,
  ],
  [
    "a delayed target that is none",
    { delayed: [later({ target: { typename: "a/", id: "" } })] },
    "malformed_request",
    /sent a message to "a\/"/,
  ],
  [
    "a cancellation of no token",
    { delayed: [{ kind: "cancel", cancellationToken: "" }] },
    "malformed_request",
    /cancelled without a token/,
  ],
  [
    "one token twice",
    { delayed: [later({ cancellationToken: "t" }), later({ cancellationToken: "t" })] },
    "token_pending",
    /the token "t", which is already pending/,
  ],
  [
    "a message over the limit",
    { messages: [{ ...to("near/fn"), argument: text("x".repeat(2_000)) }] },
    "limit_exceeded",
    /a message to near\/fn of far\/fn at .* more than maxMessageBytes \(1000\)/,
  ],
  [
    "a record over the limit",
    { egresses: [{ egress: "out/all", argument: text("x".repeat(2_000)) }] },
    "limit_exceeded",
    /a record for out\/all of/,
  ],
];

function listening() {
  const heard: string[] = [];
  const functions = new StatefulFunctions("near");
  functions.bind("near/fn", { accepts: string }, (_, said) => {
    heard.push(said);
  });
  return { heard, functions };
}

describe("an answer that is nonsense", () => {
  it.for(nonsense)("fails for %s, and nothing of it happens", async ([, effects, code, says]) => {
    const { heard, functions } = listening();
    const records: unknown[] = [];
    const server = await host.serve((_, response) => {
      const good = { ...none, messages: [to("near/fn")] };
      const all = {
        ...good,
        ...effects,
        messages: [...good.messages, ...(effects.messages ?? [])],
        egresses: [{ egress: "out/all", argument: text("record") }, ...(effects.egresses ?? [])],
      };
      answer(response, all);
    });
    const runtime = await host.start([functions, far("far/fn", server.url)], {
      limits: { maxMessageBytes: 1_000 },
      egresses: { "out/all": (list) => void records.push(...list) },
    });
    await runtime.send(fn, int.of(1));
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letter?.error.code).toBe(code);
    expect(letter?.error.message).toMatch(says);
    expect(letter?.error.message).toMatch(/far\/fn at http:\/\/127.0.0.1:\d+/);
    // No retry helps against a token or a size.
    const isHopeless = code === "token_pending" || code === "limit_exceeded";
    expect(letter?.attempts).toBe(isHopeless ? 1 : 3);
    await runtime.idle();
    expect(heard).toEqual([]);
    expect(records).toEqual([]);
  });

  it("is an unknown mutation, and what is cut in the middle", async () => {
    const good = codecV3.encodeResponse({ ...none, messages: [to("near/fn")] });
    const { heard, functions } = listening();
    const server = await host.serve((_, response) =>
      response.writeHead(200, octets).end(good.subarray(0, good.length - 3)),
    );
    const runtime = await host.start([functions, far("far/fn", server.url)]);
    await runtime.send(fn, int.of(1));
    const [letter] = await eventually(
      () => runtime.deadLetters.list(),
      ({ length }) => length > 0,
    );
    expect(letter?.error.message).toMatch(/answered with bytes that are not a response/);
    expect(heard).toEqual([]);
  });

  it.for([
    ["v2", "v3"],
    ["v3", "v2"],
  ] as const)(
    "is one of wire %s where %s was expected, which would lose what is in it",
    async ([theirs, ours]) => {
      const { functions, heard } = listening();
      const bytes =
        theirs === "v2"
          ? codecV2.encodeResponse({ ...none, messages: [to("near/fn")] })
          : codecV3.encodeResponse({
              kind: "incomplete",
              missing: [
                { name: "n", typename: int.typename, expiration: { mode: "none", afterMs: 0 } },
              ],
            });
      const server = await host.serve((_, response) => response.writeHead(200, octets).end(bytes));
      const modules = [functions, far("far/fn", server.url, { protocol: ours })];
      const runtime = await host.start(modules);
      await runtime.send(fn, int.of(1));
      const [letter] = await eventually(
        () => runtime.deadLetters.list(),
        ({ length }) => length > 0,
      );
      expect(letter?.error.message).toContain(
        `answered on wire ${theirs}: its endpoint needs protocol: "${theirs}"`,
      );
      expect(heard).toEqual([]);
    },
  );
});

describe("an answer that is right", () => {
  it("may be of zero bytes: nothing was done", async () => {
    const server = await host.serve((_, response) => response.writeHead(200, octets).end());
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(fn, int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count === 1,
    );
    await runtime.idle();
    expect((await runtime.instance(fn)).mailbox).toEqual([]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });

  it("may name its content type with parameters and in capitals", async () => {
    const type = { "content-type": "Application/Octet-Stream; charset=utf-8" };
    const server = await host.serve((_, response) => response.writeHead(200, type).end());
    const runtime = await host.start([far("far/fn", server.url)]);
    await runtime.send(fn, int.of(1));
    await eventually(
      () => server.seen.length,
      (count) => count === 1,
    );
    await runtime.idle();
    expect(host.errors).toEqual([]);
  });

  it("comes in many pieces, compressed or not, up to 32 MiB", async () => {
    const { gzipSync } = await import("node:zlib");
    const big = "x".repeat(3_000_000);
    const server = await host.serve(async ({ batch }, response) => {
      const bytes = codecV3.encodeResponse({
        ...none,
        messages: [{ target: { typename: "near/fn", id: "1" }, argument: text(big) }],
      });
      const isCompressed = batch.target.id === "gzip";
      response.writeHead(200, {
        ...octets,
        ...(isCompressed ? { "content-encoding": "gzip" } : {}),
      });
      response.end(isCompressed ? gzipSync(bytes) : bytes);
    });
    const { heard, functions } = listening();
    const runtime = await host.start([functions, far("far/fn", server.url)]);
    await runtime.send(fn, int.of(1));
    await runtime.send(address("far/fn", "gzip"), int.of(1));
    await eventually(
      () => heard.length,
      (count) => count === 2,
    );
    expect(heard.every((said) => said === big)).toBe(true);
  });

  it("sends, delays, cancels and emits, and each happens once", async () => {
    const { heard, functions } = listening();
    const records: string[] = [];
    const server = await host.serve(({ batch }, response) => {
      const [first] = batch.invocations;
      const command = string.decode(first?.argument.bytes ?? new Uint8Array());
      const argument = (value: string) => ({ argument: text(value) });
      const delayed: DelayedEffect[] =
        command === "set"
          ? [
              later({ delayMs: 60_000, cancellationToken: "t", ...argument("cancelled") }),
              later({ delayMs: 20, ...argument("late") }),
            ]
          : [{ kind: "cancel", cancellationToken: "t" }];
      answer(response, {
        messages: [{ ...to("near/fn"), ...argument(command) }],
        delayed,
        egresses: [{ egress: "out/all", argument: text(command) }],
      });
    });
    const out = egress("out/all", string);
    const runtime = await host.start([functions, far("far/fn", server.url)], {
      egresses: [out.to((list) => void records.push(...list.map(({ value }) => value)))],
    });
    await runtime.send(fn, string.of("set"));
    await runtime.send(fn, string.of("cancel"));
    await eventually(
      () => heard.length,
      (count) => count === 3,
    );
    await runtime.idle();
    expect(heard.toSorted()).toEqual(["cancel", "late", "set"]);
    expect(records).toEqual(["set", "cancel"]);
    expect((await runtime.instance(address("near/fn", "1"))).timers).toEqual([]);
  });
});
