import {
  deadLetterTo,
  failedMessage,
  functionRef,
  int,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete } from "./support/program.ts";

const message = { typename: string.typename, bytes: string.encode("x"), headers: [] };
const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));

describe("a dead letter", () => {
  it("is made of no dead letter: a morgue that fails would be sent longer ones for ever", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: failedMessage }, () => {
      throw new NonRetryableError("the morgue is full");
    });
    const letter = failedMessage.of({
      target: { typename: "test/fn", id: "1" },
      typename: "test/other",
      payload: "",
      error: { code: "non_retryable", message: "no" },
    });
    const messages = [{ typename: letter.typename, bytes: letter.bytes, headers: [] }];
    const work = complete(codecV3, functions, { messages }, { deadLetter });
    await expect(work).rejects.toThrow("the morgue is full");
  });

  it("holds a payload of several megabytes, whole", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: int }, () => undefined);
    const content = Uint8Array.from({ length: 3_000_001 }, (_, index) => index * 7);
    const messages = [{ typename: "test/other", bytes: content, headers: [] }];
    const outcome = await complete(codecV3, functions, { messages }, { deadLetter });
    const { payload } = failedMessage.decode(outcome.messages[0]?.argument.bytes ?? content);
    expect(Buffer.from(payload, "base64").equals(content)).toBe(true);
  });

  it("takes back tokens and delayed messages of its message alone, in time that does not grow", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string }, (context, text) => {
      context.cancel("kept");
      context.sendAfter(1, context.self, string.of(text), { cancellationToken: "kept" });
      if (text === "x") return;
      context.cancel("kept");
      context.sendAfter(2, context.self, string.of(text), { cancellationToken: "new" });
      throw new NonRetryableError("no");
    });
    const bad = { ...message, bytes: string.encode("y") };
    const messages = Array.from({ length: 4_000 }, (_, index) => (index % 2 === 0 ? message : bad));
    const outcome = await complete(codecV3, functions, { messages }, { deadLetter });
    expect(outcome.delayed).toHaveLength(4_000);
    expect(new Set(outcome.delayed.map((effect) => effect.cancellationToken))).toEqual(
      new Set(["kept"]),
    );
  });
});
