import { brokenOff } from "../../client/no-runtime.ts";
import { LineReader } from "../../export-format/reader.ts";
import type { EndLine, ExportCounts } from "../../export-format/records.ts";
import { createExportWriter } from "../../export-format/writer.ts";
import { snapshotBytes } from "../../host/moving/snapshot-bytes.ts";
import { textFromBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { readResponse } from "../../internal/read-response.ts";
import { reasonOf } from "../../internal/show.ts";
import { openFileSnapshot } from "../../store/file/snapshot/file-snapshot.ts";
import { exitCodes, Failure } from "../operate/failure.ts";
import { failureOf, strange } from "../operate/http/answer-error.ts";
import type { Connection } from "../operate/http/connection.ts";
import { requested, urlOf } from "../operate/http/exchange.ts";
import { platformDigest } from "./platform-digest.ts";

/** An export that is written somewhere, and what is known of it meanwhile. */
export interface ExportSource {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** What has come so far. */
  readonly counts: () => ExportCounts | undefined;
  /** Once all pieces have come. */
  readonly end: () => EndLine;
}

/** Of an error. */
const mostErrorBytes = 65_536;

/** A store's file, which is read here. Values of the types of every language are readable; no others are known. */
export async function exportOfFile(path: string, withValues: boolean): Promise<ExportSource> {
  const snapshot = await openFileSnapshot(path);
  const writer = createExportWriter({ digest: platformDigest() });
  const host = { functionOf: () => undefined, functions: () => [], keptEgress: () => undefined };
  const pieces = snapshotBytes(snapshot, writer, { engine: "sqlite", host, withValues });
  let last: Uint8Array | undefined;
  return {
    pieces: (async function* () {
      for await (const piece of pieces) {
        last = piece;
        yield piece;
      }
    })(),
    counts: () => writer.counts,
    // The writer gives it by itself.
    end: () => JSON.parse(textFromBytes(last ?? new Uint8Array(0))) as EndLine,
  };
}

/** What a server sends, which is checked as it comes: an answer that was cut off is no export. */
export async function exportOfServer(
  connection: Connection,
  withValues: boolean,
  signal: AbortSignal,
): Promise<ExportSource> {
  const query = withValues ? {} : { values: "false" };
  const asked = { method: "GET", path: "/admin/export", query, signal } as const;
  const url = urlOf(connection, asked);
  const response = await requested(connection, asked, url, signal);
  const isExport = response.headers.get("content-type")?.startsWith("application/x-ndjson");
  if (response.status !== 200 || isExport !== true) throw await refusal(connection, response, url);
  const reader = new LineReader({ digest: platformDigest() });
  let end: EndLine | undefined;
  return {
    pieces: (async function* () {
      for await (const piece of bodyOf(response, signal)) {
        checked(() => {
          for (const { line } of reader.read(piece)) if (line.kind === "end") end = line;
        });
        yield piece;
      }
      checked(() => reader.assertEnd());
    })(),
    counts: () => reader.counts,
    end: () => {
      if (end === undefined) throw new StateFunError("unavailable", "the export has not ended");
      return end;
    },
  };
}

/** What is wrong with it is no fault of who has asked. */
function checked(check: () => void): void {
  try {
    check();
  } catch (cause) {
    const text = `the server has sent no whole export: ${reasonOf(cause)}`;
    throw new Failure("unavailable", text, { exitCode: exitCodes.refused, cause });
  }
}

async function* bodyOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of response.body ?? []) yield piece;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    const text = "the server broke the export off: its log may say why";
    throw new Failure("unavailable", text, { exitCode: exitCodes.unknown, cause });
  }
}

async function refusal(connection: Connection, response: Response, url: URL): Promise<Failure> {
  const place = `GET ${url.pathname}`;
  try {
    const { bytes } = await readResponse(response, mostErrorBytes, false);
    const answered = { response, bytes, place };
    return response.status === 200 ? strange(answered) : failureOf(connection, answered);
  } catch (cause) {
    const { code, message } = brokenOff(response, cause);
    return new Failure(code, message, { exitCode: exitCodes.unknown });
  }
}
