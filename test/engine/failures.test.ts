import {
  type Address,
  address,
  type Context,
  customType,
  functionRef,
  int,
  json,
  NonRetryableError,
  StateFunError,
  StatefulFunctions,
  shape,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { hosted, stores } from "./support/stores.ts";

/** A type that can write what it cannot read. */
const Strict = customType<string>({
  typename: "test/Strict",
  encode: (text) => new TextEncoder().encode(text),
  decode(bytes) {
    const text = new TextDecoder().decode(bytes);
    if (text === "bad") throw new RangeError("unreadable");
    return text;
  },
});

const Seen = json("test/Seen", shape<{ seen: unknown }>());
const invalid = () => new StateFunError("invalid_argument", "no");

type Mistake = (
  context: Context<{
    held: typeof string;
    seen: { type: typeof Seen; initial: () => { seen: 0 } };
  }>,
  self: Address<string>,
) => unknown;

/** What the library refuses, and would refuse the next time as well. */
const mistakes: { readonly [what: string]: Mistake } = {
  reply: (context) => context.reply(undefined as never),
  return: () => 5,
  "return later": async () => 5,
  value: (context) => context.send(address("test/none", "1"), Seen.of({ seen: new Date() })),
  held: ({ state }) => {
    state.held = "\ud800";
  },
  "in place": ({ state }) => {
    state.seen.seen = Number.NaN;
  },
  state: ({ state }) => Object.assign(state, { other: 1 }),
  delay: (context, self) => context.sendAfter(-1, self, "x"),
  address: (context) => context.send("test/fn/1" as never, Seen.of({ seen: 1 }) as never),
  rethrow: () => {
    try {
      address("none" as "test/none", "1");
    } catch (error) {
      throw error as Error;
    }
  },
};

describe.each(stores)("failures on $name", (store) => {
  const host = hosted(store);

  it("are tried again as often as the function says, else as the runtime says", async () => {
    const tries = { own: 0, common: 0 };
    const functions = new StatefulFunctions();
    const retry = { maxAttempts: 5, maxDelayMs: 3 };
    const own = functions.bind("test/own", { accepts: int, retry }, () => {
      tries.own++;
      throw new Error("own");
    });
    const common = functions.bind("test/common", { accepts: int }, () => {
      tries.common++;
      throw new Error("common");
    });
    const runtime = await host.start(functions);
    await runtime.send(own.at("1"), 1);
    await runtime.send(common.at("1"), 1);
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(2);
    expect(tries).toEqual({ own: 5, common: 3 });
    const letters = await runtime.deadLetters.list();
    const seen = letters.map(({ address, attempts, error }) => [address.typename, attempts, error]);
    expect(new Map(seen.map(([name, ...rest]) => [name, rest]))).toEqual(
      new Map([
        ["test/own", [5, { code: "failed", message: "own" }]],
        ["test/common", [3, { code: "failed", message: "common" }]],
      ]),
    );
    expect(host.errors).toHaveLength(8);
  });

  it.each([
    ["says that a retry cannot help", "strict", "non_retryable", "cannot be"],
    ["cannot read the message", "bad", "message_undecodable", "unreadable"],
    ["uses a token that is waiting", "token", "token_pending", "in use"],
    ["sends too large a message", "send", "limit_exceeded", "maxMessageBytes"],
    ["stores too large a value", "store", "limit_exceeded", "maxStateBytes"],
    ["replies to nobody", "reply", "no_caller", "cannot reply"],
    ["returns something", "return", "returned_value", "returned 5"],
    ["returns something later", "return later", "returned_value", "returned 5"],
    ["sends what its type cannot hold", "value", "value_invalid", "a Date is not JSON data"],
    ["stores what its type cannot hold", "held", "value_invalid", "string of well-formed"],
    ["changes a state to what its type cannot hold", "in place", "value_invalid", "seen: NaN"],
    ["writes a state that it has not declared", "state", "undeclared_state", "no state"],
    ["sends with a delay that is none", "delay", "invalid_argument", "delay"],
    ["sends to what is no address", "address", "invalid_argument", "got"],
    ["passes on one of these as it is", "rethrow", "invalid_argument", "namespace/name"],
  ])("end as a dead letter at once where the handler %s", async (_, text, code, reason) => {
    const functions = new StatefulFunctions();
    const state = { held: string, seen: { type: Seen, initial: () => ({ seen: 0 }) } };
    const ref = functions.bind("test/fn", { accepts: Strict, state }, (context, what) => {
      if (what === "strict") throw new NonRetryableError("cannot be");
      if (what === "token") {
        context.sendAfter(60_000, ref.at("1"), "later", { cancellationToken: "in use" });
      }
      if (what === "send") context.send(ref.at("1"), "x".repeat(2_000));
      if (what === "store") context.state.held = "x".repeat(2_000);
      return mistakes[what]?.(context, ref.at("1")) as undefined;
    });
    const limits = { maxMessageBytes: 1_000, maxStateBytes: 1_000 };
    const runtime = await host.start(functions, { limits });
    await runtime.send(ref.at("1"), text);
    // The first use of a token is fine.
    if (text === "token") await runtime.send(ref.at("1"), text);
    await runtime.idle();
    const letters = await runtime.deadLetters.list();
    expect(letters).toMatchObject([{ attempts: 1, error: { code } }]);
    expect(letters[0]?.error.message).toContain(reason);
  });

  it.each([
    ["wrapped in another", () => new Error("wrapped", { cause: invalid() })],
    ["of a context that was used too late", () => new StateFunError("context_closed", "late")],
    ["that only says so", () => ({ code: "invalid_argument", message: "none of ours" })],
  ])("by an error %s are tried again", async (_what, thrown) => {
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/fn", { accepts: string }, () => {
      throw thrown();
    });
    const runtime = await host.start(functions);
    await runtime.send(ref.at("1"), "x");
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(1);
    expect((await runtime.deadLetters.list())[0]?.attempts).toBe(3);
  });

  it("of a state that nobody can read never cost a message, whatever the tries", async () => {
    const write = new StatefulFunctions();
    const typename = "test/versions";
    const ref = functionRef(typename, string);
    write.implement(ref, { state: { held: int } }, (context, text) => {
      context.state.held = (context.state.held ?? 0) + text.length;
    });
    const wrong = new StatefulFunctions();
    wrong.implement(ref, { state: { held: string } }, (context, text) => {
      context.state.held += text;
    });
    let runtime = await host.start(write);
    await runtime.send(ref.at("1"), "a");
    await runtime.idle();
    runtime = await host.start(wrong);
    await runtime.send(ref.at("1"), "bc");
    await runtime.send(ref.at("2"), "fresh");
    await expect.poll(() => host.errors.length).toBeGreaterThan(6);
    expect(host.errors[0]).toMatchObject({ code: "state_undecodable" });
    expect(await runtime.deadLetters.list()).toEqual([]);
    expect((await runtime.instance(ref.at("2"))).state).toEqual({ held: "undefinedfresh" });
    // The deploy that reads it again handles the message.
    runtime = await host.start(write);
    await expect.poll(async () => (await runtime.instance(ref.at("1"))).state).toEqual({ held: 3 });
  });

  it("of a handler that takes too long are retried, and its signal is aborted", async () => {
    const signals: AbortSignal[] = [];
    const functions = new StatefulFunctions();
    const state = { done: { type: int, initial: 0 } };
    const ref = functions.bind("test/slow", { accepts: int, state }, async (context) => {
      signals.push(context.signal);
      context.state.done++;
      if (signals.length === 1) await new Promise(() => {});
    });
    const runtime = await host.start(functions, { timeoutMs: 30 });
    await runtime.send(ref.at("1"), 1);
    await expect.poll(async () => (await runtime.instance(ref.at("1"))).state.done).toBe(1);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(host.errors).toMatchObject([{ code: "timed_out" }]);
  });

  it("of a handler that always takes too long end as a dead letter", async () => {
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/stuck", { accepts: int }, () => new Promise<void>(() => {}));
    const runtime = await host.start(functions, { timeoutMs: 10 });
    await runtime.send(ref.at("1"), 1);
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(1);
    const [letter] = await runtime.deadLetters.list();
    expect(letter).toMatchObject({ attempts: 3, error: { code: "timed_out" } });
  });

  it("of onError itself are nobody's", async () => {
    const functions = new StatefulFunctions();
    const ref = functions.bind("test/throws", { accepts: int }, () => {
      throw new Error("no");
    });
    const onError = (): void => {
      throw new Error("of onError");
    };
    const runtime = await host.start(functions, { onError });
    await runtime.send(ref.at("1"), 1);
    await expect.poll(async () => (await runtime.deadLetters.list()).length).toBe(1);
  });
});
