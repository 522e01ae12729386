import { type Context, egress, type Message, StatefulFunctions, string } from "statefun";
import { type Completed, codecV2, codecV3 } from "statefun/protocol";
import { describe, expect, it } from "vitest";
import { type Batch, complete, failure, header, wireValue } from "./support/program.ts";
import { elsewhere, texts } from "./support/texts.ts";

type Handle = Parameters<typeof bound>[0];

function bound(handle: Parameters<InstanceType<typeof StatefulFunctions>["bind"]>[1]) {
  const functions = new StatefulFunctions();
  functions.bind("test/fn", handle as never);
  return functions;
}

const received = [header("trace", "1"), header("none", undefined), header("trace", "2")];
const batch: Batch = { messages: [wireValue(string, "go", received)] };
const plain: Batch = { messages: [wireValue(string, "go")] };
const headersOf = ({ messages, delayed, egresses }: Completed) =>
  [...messages, ...delayed, ...egresses].map((one) => "argument" in one && one.argument.headers);

describe("headers of a message on wire v3", () => {
  const all = (options: object | undefined): Handle =>
    ((context: never, message: never) => {
      const { send, sendAfter, emit } = allOf(context);
      send(message, options);
      sendAfter(message, options);
      emit(message, options);
    }) as never;

  it("are kept by a message that is sent on, delayed and emitted", async () => {
    for (const options of [undefined, {}]) {
      const outcome = await complete(codecV3, bound(all(options)), batch);
      expect(headersOf(outcome)).toEqual([received, received, received]);
    }
  });

  it("are replaced by others that are given, also by none", async () => {
    const others = await complete(codecV3, bound(all({ headers: { own: "é" } })), batch);
    const own = [header("own", "é")];
    expect(headersOf(others)).toEqual([own, own, own]);
    const none = await complete(codecV3, bound(all({ headers: {} })), batch);
    expect(headersOf(none)).toEqual([[], [], []]);
  });

  it("may be given as an object, as pairs, or as those of another message", async () => {
    const bytes = Uint8Array.of(0xff, 0);
    const functions = bound((context) => {
      const tagged = string.of("x");
      context.send(elsewhere, tagged, { headers: { text: "é", bytes, none: null, "": "" } });
      const pairs = [
        ["a", "1"],
        ["b", null],
        ["a", bytes],
      ] as const;
      context.send(elsewhere, tagged, { headers: pairs });
      context.send(elsewhere, tagged, { headers: new Map([["m", "1"]]) });
      context.send(elsewhere, tagged, { headers: context.headers });
      bytes[0] = 1;
    });
    const sent = { key: "bytes", value: Uint8Array.of(0xff, 0) };
    expect(headersOf(await complete(codecV3, functions, batch))).toEqual([
      [header("text", "é"), sent, header("none", undefined), header("", "")],
      [header("a", "1"), header("b", undefined), { ...sent, key: "a" }],
      [header("m", "1")],
      received,
    ]);
  });

  it("are not handed on by what is sent beside the message", async () => {
    const functions = bound((context) => {
      context.send(elsewhere, string.of("x"));
      context.emit(texts, "x");
    });
    expect(headersOf(await complete(codecV3, functions, batch))).toEqual([[], []]);
  });

  it("are read in order, by name, and null is not empty", async () => {
    const read: unknown[] = [];
    const functions = bound(({ headers }) => {
      read.push([...headers.getAll("trace")], headers.get("trace"), headers.size);
      read.push(headers.get("none"), headers.getBytes("none"), headers.has("none"));
      read.push(headers.get("other"), headers.getBytes("other"), headers.has("Trace"));
      read.push(
        [...headers].map(([key]) => key),
        headers.get("__proto__"),
      );
    });
    await complete(codecV3, functions, batch);
    expect(read).toEqual([
      ...[["1", "2"], "1", 3],
      ...[undefined, null, true],
      ...[undefined, undefined, false],
      ...[["trace", "none", "trace"], undefined],
    ]);
  });

  it.each([
    ["a number as a value", { a: 5 }],
    ["an undefined value", { a: undefined }],
    ["a lone surrogate", { a: "\ud800" }],
    ["a lone surrogate in a name", { "\ud800": "a" }],
    ["a pair without a value", [["a"]]],
    ["a text", "a=b"],
    ["a number", 5],
  ])("are refused when they are %s", async (_what, headers) => {
    const functions = bound((context) =>
      context.send(elsewhere, string.of("x"), { headers: headers as never }),
    );
    await failure(complete(codecV3, functions, plain), "invalid_argument");
  });
});

describe("headers of a message on wire v2", () => {
  it.each<readonly [string, Handle]>([
    ["send", (context) => context.send(elsewhere, string.of("x"), { headers: { a: "1" } })],
    [
      "sendAfter",
      (context) => context.sendAfter(1, elsewhere, string.of("x"), { headers: { a: "1" } }),
    ],
    ["emit", (context) => context.emit(texts, "x", { headers: { a: null } })],
  ])("are refused by %s, not dropped", async (_what, handle) => {
    await failure(complete(codecV2, bound(handle), plain), "unsupported_by_wire");
  });

  it("may be given when there are none", async () => {
    const functions = bound((context, message) => {
      context.send(elsewhere, message, { headers: context.headers });
      context.emit(texts, "x", { headers: {} });
    });
    expect(headersOf(await complete(codecV2, functions, plain))).toEqual([[], []]);
  });
});

/** The three ways out for a message, with the same options. */
function allOf(context: Context) {
  const any = egress("test/any");
  return {
    send: (message: Message, options?: object) => context.send(elsewhere, message, options),
    sendAfter: (message: Message, options?: object) =>
      context.sendAfter(1, elsewhere, message, options),
    emit: (message: Message, options?: object) => context.emit(any, message, options),
  };
}
