import { invalid } from "../internal/assert.ts";
import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import { LineCutter } from "./line-cutter.ts";
import { ExportOrder } from "./order.ts";
import type { EndLine, ExportCounts, ExportLine, MoreLine } from "./records.ts";
import { createSha256, type RunningDigest } from "./sha256.ts";
import { assertLine } from "./shapes.ts";

/** More than a state of the largest size has in base64 and as JSON. */
export const defaultMaxLineBytes: number = 268_435_456;

export interface ReaderOptions {
  /** The longest line, in bytes without its LF. @default `defaultMaxLineBytes` */
  readonly maxLineBytes?: number;
  /** SHA-256 of the platform, if it has a fast one. @default the one of `sha256.ts` */
  readonly digest?: RunningDigest;
  /** Whether it may be a part, which ends with `more`. @default false: an import of a part would be one of half of an export */
  readonly isPart?: boolean;
}

export interface ReadLine {
  readonly line: ExportLine;
  /** The first line is 1. */
  readonly number: number;
  /** Of the export up to the end of this line. */
  readonly bytes: number;
}

/**
 * The lines of an export. The last one is its end, after which nothing follows: whoever has got it has got the whole export, unchanged. Until
 * then anything may still prove to be wrong, so what must be done wholly or not at all reads it to its end first.
 *
 * Throws a `StateFunError` that begins with `line 17 of the export: `; errors of the stream as they are. The stream is cancelled when the reading
 * ends early.
 */
export async function* readExport(
  stream: ReadableStream<Uint8Array>,
  options: ReaderOptions = {},
): AsyncGenerator<ReadLine, void, undefined> {
  const lines = new LineReader(options);
  const reader = stream.getReader();
  let isRead = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield* lines.read(value);
    }
    isRead = true;
    lines.assertEnd();
  } finally {
    // Of a stream that has failed the error is known already.
    if (!isRead) await reader.cancel().catch(() => {});
    reader.releaseLock();
  }
}

/** Reads what is there, without waiting: for callers that have the bytes. */
export class LineReader {
  readonly #cutter: LineCutter;
  readonly #digest: RunningDigest;
  readonly #order = new ExportOrder();
  readonly #isPart: boolean;
  #number = 0;
  #bytes = 0;

  constructor({
    maxLineBytes = defaultMaxLineBytes,
    digest = createSha256(),
    isPart = false,
  }: ReaderOptions = {}) {
    this.#cutter = new LineCutter(maxLineBytes);
    this.#digest = digest;
    this.#isPart = isPart;
  }

  /** Of the lines so far. */
  get counts(): ExportCounts {
    return this.#order.counts;
  }

  *read(piece: Uint8Array): Generator<ReadLine, void, undefined> {
    const lines = this.#cutter.lines(piece);
    for (let line = this.#next(lines); line !== undefined; line = this.#next(lines)) {
      yield { line, number: this.#number, bytes: this.#bytes };
    }
    if (this.#order.hasEnd && this.#cutter.rest > 0) throw this.#located(behindEnd());
  }

  /** Throws unless the end has come. */
  assertEnd(): void {
    if (this.#order.hasEnd) return;
    const text =
      this.#cutter.rest > 0
        ? "the export ends within this line: it was cut off"
        : "the export has no end line: it was cut off";
    throw this.#located(invalid(text));
  }

  #next(lines: Iterator<Uint8Array, void>): ExportLine | undefined {
    try {
      const { done, value } = lines.next();
      if (done === true || value === undefined) return undefined;
      const line = this.#accepted(value);
      this.#number++;
      this.#bytes += value.length;
      return line;
    } catch (error) {
      throw this.#located(error);
    }
  }

  #accepted(bytes: Uint8Array): ExportLine {
    if (this.#order.hasEnd) throw behindEnd();
    const line = parsed(bytes);
    this.#order.add(line);
    if (line.kind === "more" && !this.#isPart) {
      throw invalid(
        "it is a part of an export, which others follow: join them, as `statefun export` does",
      );
    }
    if (line.kind === "end" || line.kind === "more") this.#check(line);
    else if (line.kind !== "statefun-export") this.#digest.update(bytes);
    return line;
  }

  #check({ counts, sha256 }: EndLine | MoreLine): void {
    for (const [name, found] of Object.entries(this.#order.counts)) {
      const said = counts[name as keyof ExportCounts];
      if (said === found) continue;
      throw invalid(
        `the end counts ${said} ${name}, but there are ${found}: lines were lost or added`,
      );
    }
    const found = this.#digest.hex();
    if (sha256 === found) return;
    const text = `the end says ${sha256}, but the digest of the lines is ${found}`;
    throw invalid(`${text}: the export was changed or damaged`);
  }

  /** Of the line behind those that were accepted. */
  #located(error: unknown): StateFunError {
    const code = error instanceof StateFunError ? error.code : "invalid_argument";
    const text = `line ${this.#number + 1} of the export: ${reasonOf(error)}`;
    return new StateFunError(code, text, { cause: error });
  }
}

function behindEnd(): StateFunError {
  return invalid("nothing may follow the end of the export");
}

function parsed(bytes: Uint8Array): ExportLine {
  const line = jsonOf(textOf(bytes));
  assertLine(line);
  return line;
}

function textOf(bytes: Uint8Array): string {
  try {
    return textFromBytes(bytes);
  } catch (error) {
    // A text that the runtime has no room for, for one: its own words say more.
    throw invalid(error instanceof TypeError ? "the line is not UTF-8" : reasonOf(error));
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`the line is not JSON: ${show(text.slice(0, 40))}`);
  }
}
