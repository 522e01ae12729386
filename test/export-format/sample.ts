import { type ReaderOptions, type ReadLine, readExport } from "../../src/export-format/reader.ts";
import { createExportWriter, type WrittenLine } from "../../src/export-format/writer.ts";

const value = { type: "demo/Text", bytes: "aGVsbG8=" };
const to = { function: "shop/cart", id: "anna" };
const from = { function: "shop/stock", id: "tea" };

/** At least one line of each kind, and two of those that have an order. */
export const sampleLines: readonly WrittenLine[] = [
  {
    kind: "statefun-export",
    version: 1,
    engine: "memory",
    time: 1_700_000_000_000,
    functions: [{ typename: "shop/cart", states: [{ name: "items", type: "demo/Text" }] }],
  },
  { kind: "partition", name: "", lastNumber: 40 },
  { kind: "pause", function: "shop/cart", since: 1, who: "anna", why: "stocktaking" },
  { kind: "pause", function: "shop/cart", id: "", since: 2, who: "bert" },
  { kind: "instance", ...to, states: { a: { ...value, value: { hello: [1] } } } },
  { kind: "instance", ...to, states: { b: { ...value, expiresAt: 5 }, c: { type: "demo/None" } } },
  {
    kind: "instance",
    function: "shop/cart",
    id: "b",
    states: JSON.parse(`{"__proto__":${JSON.stringify(value)}}`),
  },
  { kind: "instance", function: "shop/cart", id: "\uffff", states: { "10": value, "9": value } },
  { kind: "instance", function: "shop/cart", id: "\u{1f375}", states: { a: value } },
  { kind: "message", number: 3, to, message: value },
  {
    kind: "message",
    number: 7,
    to,
    from,
    message: { ...value, headers: [{ key: "k", value: "" }, { key: "k" }] },
    attempts: 2,
    crashes: 1,
  },
  {
    kind: "timer",
    number: 4,
    dueAt: 99,
    owner: "shop/stock tea",
    token: "t",
    to,
    from,
    message: value,
  },
  { kind: "timer", number: 5, dueAt: 9, to, message: value },
  { kind: "record", number: 1, egress: "shop/out", from, record: value, expiresAt: 77 },
  { kind: "record", number: 2, egress: "shop/out", from, record: value },
  {
    kind: "dead-letter",
    number: 10,
    to,
    from,
    message: value,
    code: "non_retryable",
    reason: "no",
    attempts: 3,
    failedAt: 8,
  },
  {
    kind: "dead-letter",
    number: 11,
    to,
    message: value,
    code: "unknown_egress",
    reason: "",
    attempts: 0,
    failedAt: 8,
    egress: "shop/gone",
  },
  { kind: "key", number: 3, to, key: "k1", digest: "d", expiresAt: 100 },
  {
    kind: "key",
    number: 20,
    to,
    key: "k2",
    digest: "d",
    call: "c",
    expiresAt: 100,
    outcome: { kind: "reply", value },
  },
  {
    kind: "key",
    number: 40,
    to,
    key: "k2",
    digest: "d",
    call: "e",
    expiresAt: 100,
    outcome: { kind: "error", code: "timed_out", reason: "r" },
  },
  { kind: "position", source: "orders/0", position: "12" },
  { kind: "position", source: "orders/1", position: "" },
  { kind: "partition", name: "second", lastNumber: 3 },
  { kind: "message", number: 2, to, message: value },
];

export function bytesOf(lines: readonly WrittenLine[]): Uint8Array {
  const writer = createExportWriter();
  return Buffer.concat([writer.lines(lines), writer.end()]);
}

export function streamOf(...pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

export async function readAll(
  stream: ReadableStream<Uint8Array>,
  options?: ReaderOptions,
): Promise<ReadLine[]> {
  const all: ReadLine[] = [];
  for await (const line of readExport(stream, options)) all.push(line);
  return all;
}

/** The text of the error with which reading these bytes ends; undefined if it does not. */
export async function errorOf(
  bytes: Uint8Array,
  options?: ReaderOptions,
): Promise<string | undefined> {
  try {
    await readAll(streamOf(bytes), options);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
