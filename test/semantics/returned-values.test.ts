import {
  deadLetterTo,
  failedMessage,
  functionRef,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { complete, failure, sent, wires, wireValue } from "./support/program.ts";
import { elsewhere } from "./support/texts.ts";

const messages = [wireValue(string, "go")];

function returning(result: () => unknown): StatefulFunctions {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", { accepts: string }, (context, text) => {
    context.send(elsewhere, string.of(text));
    return result() as undefined;
  });
  return functions;
}

/** What a query builder is: it runs when somebody waits for it, and is no Promise. */
function lazy(
  settle: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => void,
) {
  const ran = { count: 0 };
  const builder = {
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    then(resolve: (value: unknown) => void, reject: (error: unknown) => void) {
      ran.count++;
      settle(resolve, reject);
    },
  };
  return { ran, builder };
}

const values: readonly (readonly [text: string, value: unknown])[] = [
  ["a number", 1],
  ["zero", 0],
  ["NaN", Number.NaN],
  ["false", false],
  ["null", null],
  ["an empty text", ""],
  ["a bigint of zero", 0n],
  ["an object", {}],
  ["a message", string.of("reply")],
  ["a symbol", Symbol("s")],
  ["a function", () => undefined],
];

describe.each(wires)("what a handler returns on wire $name", (codec) => {
  it.each(values)("is refused when it is %s", async (_text, value) => {
    const error = await failure(
      complete(
        codec,
        returning(() => value),
        { messages },
      ),
      "returned_value",
    );
    expect(error.message).toMatch(/test\/fn.*context\.reply/);
  });

  it.each(values)("is refused when it is a promise of %s", async (_text, value) => {
    const functions = returning(async () => value);
    await failure(complete(codec, functions, { messages }), "returned_value");
  });

  it.each([
    ["nothing", () => undefined],
    ["a promise of nothing", async () => undefined],
    ["a promise of a promise of nothing", () => Promise.resolve(Promise.resolve())],
  ])("is fine when it is %s", async (_text, result) => {
    const outcome = await complete(codec, returning(result), { messages });
    expect(sent(outcome, string)).toEqual(["go"]);
  });

  it("is awaited, once, when it is a thenable that is no Promise", async () => {
    const { ran, builder } = lazy((resolve) => setTimeout(resolve, 1));
    await complete(
      codec,
      returning(() => builder),
      { messages },
    );
    expect(ran.count).toBe(1);
  });

  it("is refused when a thenable gives a value", async () => {
    const { builder } = lazy((resolve) => resolve(0));
    await failure(
      complete(
        codec,
        returning(() => builder),
        { messages },
      ),
      "returned_value",
    );
  });

  it("fails the batch when a thenable fails", async () => {
    const { builder } = lazy((_resolve, reject) => setTimeout(() => reject(new Error("later")), 1));
    await expect(
      complete(
        codec,
        returning(() => builder),
        { messages },
      ),
    ).rejects.toThrow("later");
  });

  it("makes a dead letter when a thenable says that a retry cannot help", async () => {
    const { builder } = lazy((_resolve, reject) => reject(new NonRetryableError("never")));
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const outcome = await complete(
      codec,
      returning(() => builder),
      { messages },
      { deadLetter },
    );
    expect(outcome.messages.map(({ target }) => target.typename)).toEqual(["test/morgue"]);
  });

  it("is a dead letter when it is refused: the next time it returns something as well", async () => {
    const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));
    const outcome = await complete(
      codec,
      returning(() => 1),
      { messages },
      { deadLetter },
    );
    expect(outcome.messages.map(({ target }) => target.typename)).toEqual(["test/morgue"]);
  });
});
