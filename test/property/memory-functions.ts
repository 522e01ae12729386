import { bytes, StatefulFunctions, string } from "../../src/index.ts";
import { codecV3, type InvocationBatch, type WireValue } from "../../src/protocol.ts";

const blob = bytes("memory/blob");
export const functions: StatefulFunctions = new StatefulFunctions("memory");
export const seen = { bytes: 0 };

let sample: () => void = () => undefined;
/** Is called by each function, while it holds what it was given. */
export function watch(run: () => void): void {
  sample = run;
}

functions.bind("memory/blobs", { accepts: blob }, (_context, value) => {
  seen.bytes += value.length;
  sample();
});
functions.bind("memory/texts", { accepts: string }, (_context, value) => {
  seen.bytes += value.length;
  sample();
});
functions.bind("memory/reader", { accepts: string, state: { kept: blob } }, (context) => {
  seen.bytes += context.state.kept?.length ?? 0;
  sample();
});

const value = (typename: string, content: Uint8Array): WireValue => ({
  typename,
  bytes: content,
  headers: [],
});
const text = (length: number) => value(string.typename, string.encode("x".repeat(length)));

function batchOf(name: string, messages: readonly WireValue[], kept?: WireValue): InvocationBatch {
  return {
    target: { typename: `memory/${name}`, id: "1" },
    state: new Map(kept === undefined ? [] : [["kept", kept]]),
    invocations: messages.map((argument) => ({ caller: undefined, argument })),
  };
}

/** Sizes leave a little room for what is around the content. */
const shapes: Readonly<Record<string, (size: number) => InvocationBatch>> = {
  "one message": (size: number) => batchOf("blobs", [value(blob.typename, new Uint8Array(size))]),
  "10,000 messages": (size: number) => {
    const each = text(Math.floor(size / 10_000) - 60);
    return batchOf(
      "texts",
      Array.from({ length: 10_000 }, () => each),
    );
  },
  "one state": (size: number) =>
    batchOf("reader", [text(1)], value(blob.typename, new Uint8Array(size))),
};

export const shapeNames: readonly string[] = Object.keys(shapes);

export function encodedShape(name: string, size: number): Uint8Array {
  const shape = shapes[name];
  if (shape === undefined) throw new TypeError(`no shape ${name}`);
  return codecV3.encodeRequest(shape(size));
}
