import { runInNewContext } from "node:vm";
import {
  deadLetterTo,
  failedMessage,
  functionRef,
  int,
  NonRetryableError,
  StateFunError,
  StatefulFunctions,
  string,
} from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { failing, hopeless } from "./support/failing.ts";
import { complete, failure, sent, wires, wireValue } from "./support/program.ts";

const toMorgue = { deadLetter: deadLetterTo(functionRef("test/morgue", failedMessage).at("all")) };
const state = [["last", undefined]] as const;
const target = { typename: "test/fn", id: "1" };

describe.each(wires)("a dead letter on wire $name", (codec) => {
  it("is none for a state that cannot be read: its messages are not at fault", async () => {
    const messages = [wireValue(string, "read state")];
    const odd = [
      { typename: int.typename, bytes: int.encode(5), headers: [] },
      { typename: string.typename, bytes: Uint8Array.of(0xff), headers: [] },
    ];
    for (const value of odd) {
      const batch = { target, state: [["last", value]] as const, messages };
      const error = await failure(
        complete(codec, hopeless(), batch, toMorgue),
        "state_undecodable",
      );
      expect(error.message).toMatch(/state "last" of test\/fn/);
    }
  });

  it.each([
    ["an error of any other kind", () => new Error("try again")],
    ["a thrown text", () => "try again"],
    ["nothing thrown at all", () => undefined],
    ["an error of this package", () => new StateFunError("unavailable", "try again")],
  ])("is none for %s, which a retry may help", async (_what, thrown) => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    await expect(complete(codec, failing(thrown), batch, toMorgue)).rejects.toEqual(thrown());
  });

  it.each([
    [
      "an error of the same name from elsewhere",
      () => ({ name: "NonRetryableError", message: "m" }),
    ],
    [
      "an error of another realm",
      () => runInNewContext('Object.assign(new Error("m"), { name: "NonRetryableError" })'),
    ],
    [
      "an error of another copy of this package",
      () => Object.defineProperty(new Error("m"), "~nonRetryable", { value: true }),
    ],
    [
      "an error of a class derived from it",
      () => {
        class OutOfStockError extends NonRetryableError {
          override name = "OutOfStockError";
        }
        return new OutOfStockError("m");
      },
    ],
  ])("is made for %s", async (_what, thrown) => {
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const [letter] = sent(await complete(codec, failing(thrown), batch, toMorgue), failedMessage);
    expect(letter?.error.code).toBe("non_retryable");
    expect(letter?.error.message).toMatch(/^(NonRetryableError: )?m$/);
  });

  it.each([
    ["of a type that it does not accept", wireValue(int, 5)],
    ["whose bytes it cannot read", { ...wireValue(string, ""), bytes: Uint8Array.of(0x0a, 9) }],
    ["without a type", { ...wireValue(string, ""), typename: "" }],
  ])("is made for a message %s, without running the handler", async (_what, message) => {
    const ran = failing(() => expect.fail("it ran"));
    const outcome = await complete(codec, ran, { target, state, messages: [message] }, toMorgue);
    expect(sent(outcome, failedMessage)).toMatchObject([
      { typename: message.typename, error: { code: "message_undecodable" } },
    ]);
  });

  it("is made when another copy of this package cannot read the message", async () => {
    const functions = failing(() =>
      Object.assign(new Error("m"), { "~statefunError": true, code: "message_undecodable" }),
    );
    const batch = { target, state, messages: [wireValue(string, "x")] };
    const [letter] = sent(await complete(codec, functions, batch, toMorgue), failedMessage);
    expect(letter?.error).toEqual({ code: "message_undecodable", message: "m" });
  });

  it("is made when the handler itself cannot read the message", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", (_context, message) => void message.as(int));
    const batch = { target, messages: [wireValue(string, "no int")] };
    const [letter] = sent(await complete(codec, functions, batch, toMorgue), failedMessage);
    expect(letter?.error.code).toBe("message_undecodable");
  });
});

describe("a dead letter on wire v3", () => {
  it("of a message without a value has no payload", async () => {
    const messages = [{ typename: string.typename, bytes: undefined, headers: [] }];
    const batch = { target, state, messages };
    const [letter] = sent(await complete(codecV3, hopeless(), batch, toMorgue), failedMessage);
    expect(letter).toMatchObject({
      typename: string.typename,
      payload: "",
      error: { code: "message_undecodable" },
    });
  });
});

describe("NonRetryableError", () => {
  it("keeps its cause, and is recognised by instanceof whoever made it", () => {
    const cause = new RangeError("why");
    const error = new NonRetryableError("no", { cause });
    expect(error).toMatchObject({ name: "NonRetryableError", message: "no", cause });
    expect(error instanceof Error).toBe(true);
    const copy = Object.assign(new Error("m"), { name: "NonRetryableError" });
    expect(copy instanceof NonRetryableError).toBe(true);
    for (const other of [new Error("m"), null, undefined, "NonRetryableError", {}]) {
      expect((other as unknown) instanceof NonRetryableError).toBe(false);
    }
  });
});
