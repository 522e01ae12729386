/**
 * Run by memory.test.ts as a process of its own, `node --expose-gc memory-child.ts SHAPE`: answers one
 * request of 32 MiB and prints what that took above the baseline, as one line of JSON.
 */
import { bytes, requestReplyHandler, StatefulFunctions, string } from "../../src/index.ts";
import { codecV3, type InvocationBatch, type WireValue } from "../../src/protocol.ts";

const maxBodyBytes = 33_554_432;
const chunkBytes = 65_536;

const blob = bytes("memory/blob");
const functions = new StatefulFunctions("memory");
let seen = 0;

functions.bind("memory/blobs", { accepts: blob }, (_context, value) => {
  seen += value.length;
  sample();
});
functions.bind("memory/texts", { accepts: string }, (_context, value) => {
  seen += value.length;
  sample();
});
functions.bind("memory/reader", { accepts: string, state: { kept: blob } }, (context) => {
  seen += context.state.kept?.length ?? 0;
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
const shapes = {
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

let peak = 0;
function sample(): void {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  peak = Math.max(peak, arrayBuffers + heapUsed);
}

/** As a server gets a body: every chunk a buffer of its own, made when it is asked for. */
function streamed(body: Uint8Array): Request {
  let position = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      sample();
      if (position === body.length) return controller.close();
      const end = Math.min(position + chunkBytes, body.length);
      controller.enqueue(Uint8Array.from(body.subarray(position, end)));
      position = end;
    },
  });
  const init = { method: "POST", body: stream, duplex: "half" };
  // A cluster always says how long the body is.
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String(body.length),
  };
  return new Request("http://localhost/", { ...init, headers });
}

const shape = process.argv[2] ?? "";
const make = new Map<string, (size: number) => InvocationBatch>(Object.entries(shapes)).get(shape);
if (make === undefined || gc === undefined) throw new TypeError("node --expose-gc, and a shape");

const handler = requestReplyHandler(functions);
await handler(streamed(codecV3.encodeRequest(make(1_000_000))));

const body = codecV3.encodeRequest(make(maxBodyBytes - 1_000));
if (body.length > maxBodyBytes) throw new TypeError(`${body.length} bytes are too many`);
// The source of the stream counts as the client's: it is part of the baseline.
gc();
gc();
seen = 0;
peak = 0;
const before = process.memoryUsage();
const response = await handler(streamed(body));
sample();
const { maxRSS } = process.resourceUsage();
if (response.status !== 200) throw new TypeError(await response.text());
if (seen < body.length * 0.95) throw new TypeError(`only ${seen} bytes were seen`);
console.log(
  JSON.stringify({
    body: body.length,
    sampled: peak - before.arrayBuffers - before.heapUsed,
    // The highest that the process ever was, in bytes.
    rss: maxRSS * 1_024 - before.rss,
  }),
);
