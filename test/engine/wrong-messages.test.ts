import { address, customType, int, json, StatefulFunctions, shape, string } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusal } from "./support/refusal.ts";

const functions = new StatefulFunctions("mine");
const echo = functions.bind("test/echo", { accepts: string }, () => {});
const good = { modules: [functions] };
const unknown = (value: unknown): never => value as never;

describe("messages from outside", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await createRuntime(good);
  });
  afterAll(() => runtime.close());

  const to = echo.at("1");
  it.each<[string, string, () => unknown, string]>([
    [
      "to what is no address",
      "invalid_argument",
      () => runtime.send(unknown("x"), unknown("x")),
      "address",
    ],
    [
      "bare, to an address that says nothing of its messages",
      "invalid_argument",
      () => runtime.send(address("test/echo", "1"), unknown("x")),
      "test/echo",
    ],
    [
      "of a type that is not accepted",
      "invalid_argument",
      () => runtime.send(address("test/echo", "1"), int.of(1)),
      "test/echo accepts io.statefun.types/string, got a message of io.statefun.types/int",
    ],
    [
      "with an unknown option",
      "invalid_argument",
      () => runtime.send(to, "x", unknown({ key: "k" })),
      "key",
    ],
    [
      "with a delay below 0",
      "invalid_argument",
      () => runtime.send(to, "x", { delayMs: -1 }),
      "delayMs must be an integer from 0",
    ],
    [
      "with an empty idempotency key",
      "invalid_argument",
      () => runtime.send(to, "x", { idempotencyKey: "" }),
      "an idempotency key",
    ],
    [
      "with an idempotency key of the engine's own",
      "invalid_argument",
      () => runtime.send(to, "x", { idempotencyKey: "statefun/admin k" }),
      'an idempotency key must not begin with statefun/, got "statefun/admin k"',
    ],
    [
      "as a call with an idempotency key of the engine's own",
      "invalid_argument",
      () => runtime.call(to, "x", { idempotencyKey: "statefun/admin k" }),
      'an idempotency key must not begin with statefun/, got "statefun/admin k"',
    ],
    [
      "with a signal that is none",
      "invalid_argument",
      () => runtime.send(to, "x", unknown({ signal: {} })),
      "signal must be an AbortSignal, got {}",
    ],
    [
      "with headers that are none",
      "invalid_argument",
      () => runtime.send(to, "x", unknown({ headers: 5 })),
      "headers",
    ],
    [
      "called with no time",
      "invalid_argument",
      () => runtime.call(to, "x", { timeoutMs: 0 }),
      "timeoutMs must be an integer from 1",
    ],
    [
      "called later",
      "invalid_argument",
      () => runtime.call(to, "x", unknown({ delayMs: 1 })),
      "delayMs",
    ],
    [
      "called for a reply that is no type",
      "invalid_argument",
      () => runtime.call(to, "x", unknown({ reply: "int" })),
      "reply must be a type",
    ],
    [
      "of another value than its type",
      "value_invalid",
      () => runtime.send(to, unknown(5)),
      "io.statefun.types/string",
    ],
    [
      "too large",
      "limit_exceeded",
      () => runtime.send(to, "x".repeat(16_777_216)),
      "more than maxMessageBytes (16777216)",
    ],
    [
      "of a dead letter that never was",
      "invalid_argument",
      () => runtime.deadLetters.replay("99"),
      "dead letter 99 does not exist",
    ],
    [
      "of a dead letter by no id",
      "invalid_argument",
      () => runtime.deadLetters.discard("x"),
      'must be one that list returned, got "x"',
    ],
    [
      "listed without a limit",
      "invalid_argument",
      () => runtime.deadLetters.list({ limit: 0 }),
      "limit must be an integer from 1",
    ],
    [
      "closed for no time",
      "invalid_argument",
      () => runtime.close({ drainMs: -1 }),
      "drainMs must be an integer from 0",
    ],
  ])("are refused %s", async (_, code, work, text) => {
    const refused = await refusal(work);
    expect(refused.code).toBe(code);
    expect(refused.text).toContain(text);
  });

  it("leave nothing behind when they are refused, and say what was given in few words", async () => {
    const Order = json("test/Order", shape<{ item: string }>());
    const picky = customType<string>({
      typename: "test/picky",
      encode() {
        throw new RangeError("never this");
      },
      decode: () => "",
    });
    expect((await refusal(() => picky.of("x"))).code).toBe("value_invalid");
    const long = refusal(() => runtime.send(to, unknown(Order.of({ item: "x".repeat(9_999) }))));
    expect((await long).text.length).toBeLessThan(400);
    await runtime.idle();
    expect((await runtime.instance(to)).mailbox).toEqual([]);
    expect(await runtime.deadLetters.list()).toEqual([]);
  });
});
