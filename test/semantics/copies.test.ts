import {
  bytes,
  customType,
  deadLetterTo,
  failedMessage,
  functionRef,
  invocationHandler,
  NonRetryableError,
  StatefulFunctions,
  string,
} from "statefun";
import { describe, expect, it } from "vitest";
import { batchOf, bodyOf, wires } from "../contract/client.ts";
import { complete } from "./support/program.ts";

const Blob = bytes("test/blob");
const stored = (content: Uint8Array) => ({ typename: Blob.typename, bytes: content, headers: [] });
const message = { typename: string.typename, bytes: string.encode("x"), headers: [] };
const deadLetter = deadLetterTo(functionRef("test/morgue", failedMessage).at("all"));

/** The `slice` of a Node Buffer is a view: what is declared to be copied must be copied all the same. */
describe.each(wires)("a Node Buffer on wire $name", (codec) => {
  it("as a request leaves a state changed in place to be noticed", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { blob: Blob } }, ({ state }) => {
      state.blob?.fill(7);
    });
    const state = new Map([["blob", { ...stored(Uint8Array.of(1, 2)), ...typed(codec.name) }]]);
    const body = Buffer.from(bodyOf(codec, batchOf("test/fn", [message], { state })));
    const outcome = codec.decodeResponse(await invocationHandler(functions)(body));
    expect(outcome).toMatchObject({
      mutations: [{ name: "blob", value: { bytes: Uint8Array.of(7, 7) } }],
    });
  });

  it("as a value of a state is what it was when its invocation ended", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", { accepts: string, state: { blob: Blob } }, ({ state }, text) => {
      if (text === "x") state.blob = Buffer.from("good");
      else {
        state.blob?.fill(88);
        throw new NonRetryableError("no");
      }
    });
    const second = { ...message, bytes: string.encode("y") };
    const state = new Map([["blob", undefined]]);
    const batch = { state, messages: [message, second] };
    const outcome = await complete(codec, functions, batch, { deadLetter });
    expect(Buffer.from(outcome.mutations[0]?.value?.bytes ?? []).toString()).toBe("good");
  });
});

/** Only for v2, whose state bytes are those of an Any. */
function typed(wire: "v2" | "v3") {
  return wire === "v2" ? { typename: Blob.typename } : {};
}

it("a message is what it was when it was made, whatever becomes of a Buffer behind it", () => {
  const buffer = Buffer.from("abc");
  const made = Blob.of(buffer);
  const scratch = Buffer.alloc(1);
  const counter = customType<number, "test/counter">({
    typename: "test/counter",
    encode: (value) => {
      scratch[0] = value;
      return scratch;
    },
    decode: ([value = 0]) => value,
  });
  const [one, two] = [counter.encode(1), counter.encode(2)];
  buffer.fill(0);
  expect(Buffer.from(made.bytes).toString()).toBe("abc");
  expect([...one, ...two]).toEqual([1, 2]);
});

describe.each(wires)("the bytes of a message on wire $name", (codec) => {
  it("are the handler's own: what it does to them reaches neither a receiver nor a dead letter", async () => {
    const functions = new StatefulFunctions();
    functions.bind("test/fn", (context, got) => {
      context.send(context.self, got);
      got.bytes.fill(0);
      if (context.caller) throw new NonRetryableError("no");
    });
    const callers = [undefined, { typename: "test/other", id: "1" }];
    const invocations = callers.map((caller) => ({ caller, argument: message }));
    const batch = batchOf("test/fn", [], { invocations });
    const invoke = invocationHandler(functions, { deadLetter, onError: () => undefined });
    const outcome = codec.decodeResponse(await invoke(bodyOf(codec, batch)));
    if (outcome.kind !== "completed") throw new TypeError(outcome.kind);
    const [sent, letter] = outcome.messages;
    expect(sent?.argument.bytes).toEqual(message.bytes);
    const { payload } = failedMessage.decode(letter?.argument.bytes ?? new Uint8Array());
    expect(Buffer.from(payload, "base64")).toEqual(Buffer.from(message.bytes));
  });
});
