import type { ImportedLine, ImportSource } from "../../engine/contract/moving.ts";
import { SoundImport } from "../../engine/moving/sound-import.ts";
import { LineCutter } from "../../export-format/line-cutter.ts";
import { LineReader, type ReadLine } from "../../export-format/reader.ts";
import type { ExportCounts, ExportLine } from "../../export-format/records.ts";
import type { RunningDigest } from "../../export-format/sha256.ts";
import { invalid } from "../../internal/assert.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { orAborted } from "../../internal/deadline.ts";
import { show } from "../../internal/show.ts";
import { thingOf } from "./imported-lines.ts";
import type { Spool } from "./spool.ts";

/** Bytes of an export, from wherever they come. */
export type ExportBytes = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** An export that was read to its end and is whole. */
export interface WholeExport extends ImportSource {
  readonly counts: ExportCounts;
  /** Of the whole export up to the end of the lines that `read` has given last. */
  readonly bytesRead: () => number;
}

export interface ReadingOptions {
  readonly maxLineBytes: number;
  readonly signal: AbortSignal;
  readonly digest: RunningDigest;
  readonly onLine: (lines: number, bytes: number) => void;
}

/** Reads an export into a spool, and throws for the first line that is wrong. */
export async function readOnce(
  bytes: ExportBytes,
  spool: Spool,
  { maxLineBytes, signal, digest, onLine }: ReadingOptions,
): Promise<WholeExport> {
  const reader = new LineReader({ maxLineBytes, digest });
  const sound = new SoundImport(Math.random);
  const found = { time: 0, numbers: 0, calls: 0 };
  let end: { readonly sha256: string; readonly counts: ExportCounts } | undefined;
  for await (const piece of piecesOf(bytes, signal)) {
    signal.throwIfAborted();
    let last: ReadLine | undefined;
    for (const read of reader.read(piece)) {
      const { line, number } = read;
      last = read;
      if (line.kind === "statefun-export") found.time = line.time;
      else if (line.kind === "end") end = line;
      else if (line.kind === "partition") found.numbers += line.lastNumber;
      else if (line.kind === "key" && line.call !== undefined) found.calls++;
      // Values say nothing here, and decoding those of states would take as long as all the rest.
      const thing = thingOf(line.kind === "instance" ? { ...line, states: {} } : line);
      if (thing !== undefined) sound.add({ line: number, thing });
    }
    await spool.add(piece);
    if (last !== undefined) onLine(last.number, last.bytes);
  }
  reader.assertEnd();
  if (end === undefined) throw invalid("the export has no end line");
  const { sha256, counts } = end;
  let bytesRead = 0;
  const { partitions, pauses, positions } = counts;
  return {
    ...found,
    ...{ sha256, counts, partitions, pauses, positions },
    bytesRead: () => bytesRead,
    async *read() {
      bytesRead = 0;
      const cutter = new LineCutter(maxLineBytes);
      let number = 0;
      for await (const piece of spool.pieces()) {
        const lines: ImportedLine[] = [];
        for (const bytes of cutter.lines(piece)) {
          number++;
          bytesRead += bytes.length;
          // Each line was checked when it came.
          const thing = thingOf(JSON.parse(textFromBytes(bytes)) as ExportLine);
          if (thing !== undefined) lines.push({ line: number, thing });
        }
        yield lines;
      }
    },
  };
}

/** Whatever it is; it is let go of when the reading ends early. */
async function* piecesOf(
  bytes: ExportBytes,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = bytes instanceof ReadableStream ? readerOf(bytes) : bytes[Symbol.asyncIterator]();
  let isRead = false;
  try {
    for (;;) {
      // The next one may never come.
      const next = await orAborted(pieces.next(), signal);
      if (next.done === true) break;
      yield asPiece(next.value);
    }
    isRead = true;
  } finally {
    if (!isRead) {
      const ended = Promise.resolve(pieces.return?.(signal.reason)).catch(() => {});
      // It may wait for the piece that never comes.
      if (!signal.aborted) await ended;
    }
  }
}

/** Cancels the stream with the reason that `return` is given. */
function readerOf(stream: ReadableStream<Uint8Array>): AsyncIterator<Uint8Array> {
  const reader = stream.getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      if (!done) return { done, value };
      reader.releaseLock();
      return { done, value: undefined };
    },
    return: async (reason) => {
      const cancelled = reader.cancel(reason);
      reader.releaseLock();
      await cancelled;
      return { done: true, value: undefined };
    },
  };
}

function asPiece(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  throw invalid(`an export must come as Uint8Array, got ${show(piece)}`);
}
