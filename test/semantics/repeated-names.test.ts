import { address, invocationHandler, StatefulFunctions, string } from "statefun";
import { codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { complete, failure, requestOf, wires, wireValue } from "./support/program.ts";

const hello = wireValue(string, "hello");
const gateway = { typename: "test/gateway", id: "1" };

const field = (tag: number, bytes: readonly number[]) => [tag, bytes.length, ...bytes];
const text = (tag: number, value: string) => field(tag, [...new TextEncoder().encode(value)]);
const addressOf = (name: string, id: string) => [
  ...text(0x0a, "test"),
  ...text(0x12, name),
  ...text(0x1a, id),
];

/** A request of wire v3 for `test/fn`, whose messages have these fields of a caller. */
function requestFrom(callers: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const argument = field(0x12, [...text(0x0a, "test/Empty"), 0x10, 1]);
  const invocations = callers.flatMap((caller) => field(0x1a, [...caller, ...argument]));
  const to = [...field(0x0a, addressOf("fn", "1")), ...invocations];
  // Field 100, whose length has two bytes here.
  return Uint8Array.of(0xa2, 6, (to.length % 128) | 128, Math.floor(to.length / 128), ...to);
}

const callersOf = (request: Uint8Array<ArrayBuffer>) =>
  codecV3.decodeRequest(request).invocations.map(({ caller }) => caller);

describe("the callers of a batch", () => {
  const first = field(0x0a, addressOf("gateway", "1"));
  const second = field(0x0a, addressOf("gateway", "2"));

  it("are those of each message, whether they come again or not", () => {
    expect(callersOf(requestFrom([first, first, second, [], second, first]))).toEqual([
      gateway,
      gateway,
      { ...gateway, id: "2" },
      undefined,
      { ...gateway, id: "2" },
      gateway,
    ]);
  });

  it("merge within one message, and leave those before and after it as they are", () => {
    const rest = field(0x0a, text(0x1a, "9"));
    const callers = callersOf(
      requestFrom([first, [...first, ...rest], first, [...rest, ...first]]),
    );
    expect(callers).toEqual([gateway, { ...gateway, id: "9" }, gateway, gateway]);
  });

  it("are refused where one that came before goes on behind its message", () => {
    const request = requestFrom([first, first]);
    // Of the second message, which ends in the middle of its caller.
    const [, second] = Array.from(request, (byte, index) => (byte === 0x1a ? index : -1)).filter(
      (index) => index >= 0 && request[index + 2] === 0x0a && request[index + 4] === 0x0a,
    );
    if (second === undefined) return expect.fail("no second message");
    request[second + 1] = 10;
    expect(() => codecV3.decodeRequest(request)).toThrow(/not a|no StateFun message/);
  });
});

describe.each(wires)("the names in an answer on wire $name", (codec) => {
  it("are written as they are, however many there are and whenever they come again", async () => {
    const functions = new StatefulFunctions();
    const names = Array.from({ length: 700 }, (_, index) => `test/to-${index % 350}` as const);
    const odd = ["test/größe", "test/gr", "te/st", `test/${"n".repeat(900)}`] as const;
    const all = [...names, ...odd, ...odd];
    functions.bind("test/fn", (context) => {
      for (const name of all) context.send(address(name, name), string.of(name));
    });
    for (let round = 0; round < 2; round += 1) {
      const { messages } = await complete(codec, functions, { messages: [hello] });
      expect(messages.map(({ target }) => target)).toEqual(
        all.map((name) => ({ typename: name, id: name })),
      );
    }
  });

  it("are joined as they came, where parts are alike", async () => {
    const functions = new StatefulFunctions();
    for (const target of ["a/bc", "ab/c", "a/bc", "ad/bc", "a/bd"]) {
      const request = requestOf(codec, {
        target: { typename: target, id: "1" },
        messages: [hello],
      });
      const handle = invocationHandler(functions, { protocol: codec.name, onError: () => {} });
      const error = await failure(handle(request), "unknown_function");
      expect(error.message).toContain(`"${target}"`);
    }
  });
});
