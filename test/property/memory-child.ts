/**
 * Run by memory.test.ts as a process of its own, `node --expose-gc memory-child.ts SMALL LARGE`: answers the
 * request in each of the two files and prints what the second took above the baseline, as one line of JSON.
 * The bodies come from files, so that this process never holds more of them than a server does.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { requestReplyHandler } from "../../src/index.ts";
import { functions, seen, watch } from "./memory-functions.ts";

const chunkBytes = 65_536;

let peak = 0;
function sample(): void {
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  peak = Math.max(peak, arrayBuffers + heapUsed);
}
watch(sample);

/** As a server gets a body: every chunk a buffer of its own, made when it is asked for. */
function streamed(file: string): Request {
  const descriptor = openSync(file, "r");
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      sample();
      const chunk = new Uint8Array(chunkBytes);
      const length = readSync(descriptor, chunk);
      if (length > 0) return controller.enqueue(chunk.subarray(0, length));
      closeSync(descriptor);
      controller.close();
    },
  });
  const init = { method: "POST", body: stream, duplex: "half" };
  // A cluster always says how long the body is.
  const headers = {
    "content-type": "application/octet-stream",
    "content-length": String(statSync(file).size),
  };
  return new Request("http://localhost/", { ...init, headers });
}

const [, , small, large] = process.argv;
if (small === undefined || large === undefined || gc === undefined) {
  throw new TypeError("node --expose-gc, and two files");
}

const handler = requestReplyHandler(functions);
await handler(streamed(small));
gc();
gc();
seen.bytes = 0;
peak = 0;
const before = process.memoryUsage();
const response = await handler(streamed(large));
sample();
const { maxRSS } = process.resourceUsage();
if (response.status !== 200) throw new TypeError(await response.text());
const body = statSync(large).size;
if (seen.bytes < body * 0.95) throw new TypeError(`only ${seen.bytes} bytes were seen`);
console.log(
  JSON.stringify({
    body,
    sampled: peak - before.arrayBuffers - before.heapUsed,
    // The highest that the process ever was, in bytes.
    rss: maxRSS * 1_024 - before.rss,
  }),
);
