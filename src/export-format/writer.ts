import { bytesFromText, joined } from "../internal/bytes.ts";
import { ExportOrder } from "./order.ts";
import type {
  EndLine,
  ExportCounts,
  ExportHeader,
  MoreLine,
  PartitionLine,
  RecordOfPartition,
} from "./records.ts";
import { createSha256, type RunningDigest } from "./sha256.ts";

/** All lines but the end, which the writer makes itself. */
export type WrittenLine = ExportHeader | PartitionLine | RecordOfPartition;

/** Makes the bytes of an export, in pieces. Throws for a line that is out of order; nothing may be written after that. */
export interface ExportWriter {
  /** What has been written so far. */
  readonly counts: ExportCounts;
  /** Lines with their LF. The header is the first of all. Faster for many of them than for each by itself. */
  lines(lines: readonly WrittenLine[]): Uint8Array;
  /** The last line. Called once. */
  end(): Uint8Array;
  /** The last line of a part, in the place of the end: the next one begins behind this partition. */
  more(after: string): Uint8Array;
}

export interface WriterOptions {
  /** SHA-256 of the platform, if it has a fast one. @default the one of `sha256.ts` */
  readonly digest?: RunningDigest;
}

export function createExportWriter(options: WriterOptions = {}): ExportWriter {
  const { digest = createSha256() } = options;
  const order = new ExportOrder();

  function encoded(lines: readonly WrittenLine[]): Uint8Array {
    let text = "";
    for (const line of lines) {
      order.add(line);
      text += `${JSON.stringify(line)}\n`;
    }
    return bytesFromText(text);
  }

  return {
    get counts() {
      return order.counts;
    },
    lines(lines) {
      const [first, ...others] = lines;
      // The digest begins behind the header, which has the time.
      if (first?.kind !== "statefun-export") {
        const bytes = encoded(lines);
        digest.update(bytes);
        return bytes;
      }
      const header = encoded([first]);
      if (others.length === 0) return header;
      const rest = encoded(others);
      digest.update(rest);
      return joined([header, rest]);
    },
    end() {
      const line: EndLine = { kind: "end", counts: order.counts, sha256: digest.hex() };
      order.add(line);
      return bytesFromText(`${JSON.stringify(line)}\n`);
    },
    more(after) {
      const line: MoreLine = { kind: "more", after, counts: order.counts, sha256: digest.hex() };
      order.add(line);
      return bytesFromText(`${JSON.stringify(line)}\n`);
    },
  };
}

/** As many lines are encoded at once. */
const pieceLines = 256;

/** An export as a stream of bytes, from the header to the last record; its end is added. Lines are taken as the stream is read. */
export function writeExport(
  lines: AsyncIterable<WrittenLine> | Iterable<WrittenLine>,
  options: WriterOptions = {},
): ReadableStream<Uint8Array> {
  const writer = createExportWriter(options);
  return streamOfPieces(piecesOf(lines, writer));
}

/** Each piece is made when it is read, and no more are after a cancellation. */
export function streamOfPieces(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* piecesOf(
  lines: AsyncIterable<WrittenLine> | Iterable<WrittenLine>,
  writer: ExportWriter,
): AsyncGenerator<Uint8Array, void, undefined> {
  let batch: WrittenLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < pieceLines) continue;
    yield writer.lines(batch);
    batch = [];
  }
  if (batch.length > 0) yield writer.lines(batch);
  yield writer.end();
}
