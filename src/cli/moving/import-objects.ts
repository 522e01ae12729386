import { LineCutter } from "../../export-format/line-cutter.ts";
import { defaultMaxLineBytes } from "../../export-format/reader.ts";
import type { EndLine } from "../../export-format/records.ts";
import type { ImportSummary } from "../../host/moving.ts";
import { joined } from "../../internal/bytes.ts";
import { countOf, failureOf, jsonIn } from "../operate/http/answer-error.ts";
import type { Connection } from "../operate/http/connection.ts";
import { exchange } from "../operate/http/exchange.ts";
import { textIn } from "../operate/http/json.ts";

/** Lines of a part: a Worker makes a request to an object for each of them, or fewer, and may make 1,000. */
const partLines = 500;
/** One line beside it that is larger. */
const partBytes = 8_388_608;
/** For a part: objects that are woken, and write. */
export const partTimeoutMs = 300_000;

export interface ObjectsImport {
  readonly connection: Connection;
  /** Of the export, which was read to its end and is whole. */
  readonly end: EndLine;
  readonly replace: boolean;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  readonly progress: (what: string, bytes: number) => void;
}

/** Whether the server has its data in Durable Objects, which take an export in parts. */
export async function hasObjects(connection: Connection, signal: AbortSignal): Promise<boolean> {
  const answered = await exchange(connection, { method: "GET", path: "/health", signal });
  return textIn(jsonIn(answered.bytes), "engine") === "durable-object";
}

/**
 * Sends an export part by part: all are checked before the first is written. `pieces` gives its bytes from the beginning. What was
 * written before, an import that is repeated leaves out.
 */
export async function intoObjects(
  want: ObjectsImport,
  pieces: () => AsyncIterable<Uint8Array>,
): Promise<ImportSummary> {
  const { end, isDryRun, progress } = want;
  for (const isCheck of isDryRun ? [true] : [true, false]) {
    for await (const part of partsOf(pieces())) {
      await sent(want, part, isCheck);
      progress(isCheck ? "checked there" : "written", part.upTo);
    }
  }
  const { partitions: _, ...counts } = end.counts;
  return { ...counts, sha256: end.sha256, isDuplicate: false };
}

export interface Part {
  /** The number of its first line. */
  readonly from: number;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Bytes of the export up to its end. */
  readonly upTo: number;
}

async function sent(
  { connection, end, replace, signal }: ObjectsImport,
  { from, body }: Part,
  isCheck: boolean,
): Promise<void> {
  const { sha256 } = end;
  const headers = new Headers({
    "content-type": "application/x-ndjson",
    "statefun-admin": "1",
    "idempotency-key": `${sha256}-${from}`,
  });
  const query = { sha256, from: `${from}`, check: `${isCheck}`, replace: `${replace}` };
  const asked = { method: "POST", path: "/admin/import/part", query, headers, body } as const;
  const answered = await exchange(connection, { ...asked, timeoutMs: partTimeoutMs, signal });
  if (answered.response.status !== 200) throw await failureOf(connection, answered);
  // A page with this status has taken nothing.
  await countOf(answered, "records");
}

/** Without the first line and the last one. */
export async function* partsOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  const cutter = new LineCutter(defaultMaxLineBytes);
  let number = 0;
  let upTo = 0;
  let lines: Uint8Array[] = [];
  let size = 0;
  let before: Uint8Array | undefined;
  for await (const piece of pieces) {
    for (const line of cutter.lines(piece)) {
      number++;
      // The line before this one is not the last.
      if (before !== undefined) {
        lines.push(before);
        size += before.length;
        upTo += before.length;
      }
      if (lines.length >= partLines || size >= partBytes) {
        yield { from: number - lines.length, body: joined(lines), upTo };
        [lines, size] = [[], 0];
      }
      // The bytes of a line are the cutter's.
      if (number > 1) before = line.slice();
    }
  }
  if (lines.length > 0) yield { from: number - lines.length, body: joined(lines), upTo };
}
