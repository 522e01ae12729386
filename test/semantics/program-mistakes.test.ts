import {
  deadLetterTo,
  failedMessage,
  functionRef,
  invocationHandler,
  json,
  StatefulFunctions,
  string,
} from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure } from "./support/program.ts";

const message = { typename: string.typename, bytes: string.encode("x"), headers: [] };
const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));

describe("a schema", () => {
  const schema = (validate: () => never) =>
    json("test/Json", { "~standard": { version: 1, vendor: "test", validate } });

  it.each<[string, () => never, RegExp]>([
    [
      "throws",
      () => {
        throw new TypeError("a bug");
      },
      /the schema threw \(a bug\)/,
    ],
    ["gives nothing", () => null as never, /the schema gave null/],
    // biome-ignore lint/suspicious/noThenProperty: that is what is tested.
    ["returns a thenable of another make", () => ({ then: () => 0 }) as never, /asynchronous/],
  ])("that %s is a mistake of the program, not of the message", async (_what, validate, text) => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: schema(validate) }, () => undefined);
    const messages = [{ typename: "test/Json", bytes: Uint8Array.of(0x31), headers: [] }];
    const work = complete(codecV3, functions, { messages }, { deadLetter });
    expect((await failure(work, "invalid_argument")).message).toMatch(text);
  });
});

describe("an argument of a call", () => {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", (context, got) => {
    context.send(context.self, got, { headers: [5] as never });
  });

  it("that is no pair of a header, and no request, is named", async () => {
    const work = complete(codecV3, functions, { messages: [message] });
    expect((await failure(work, "invalid_argument")).message).toMatch(/pairs .* got 5/);
    const invoke = invocationHandler(functions);
    await expect(invoke(new ArrayBuffer(5) as never)).rejects.toThrow(/must be a Uint8Array/);
    await expect(invoke(undefined as never)).rejects.toThrow(/got undefined/);
  });
});
