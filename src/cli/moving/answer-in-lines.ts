import { brokenOff } from "../../client/no-runtime.ts";
import { LineCutter } from "../../export-format/line-cutter.ts";
import { bytesFromText } from "../../internal/bytes.ts";
import { peek } from "../../internal/show.ts";
import { exitCodes, Failure } from "../operate/failure.ts";
import { jsonIn } from "../operate/http/answer-error.ts";
import type { Connection } from "../operate/http/connection.ts";
import {
  type Answered,
  type Asked,
  bodyOf,
  placeOf,
  requested,
  urlOf,
} from "../operate/http/exchange.ts";

/** Of a line: progress, a summary or an error. */
const maxLineBytes = 1_048_576;

/** An answer that comes as lines of progress and, in the last one, what it would have been; or as a whole, from a server that is soon done. */
export async function answeredInLines(
  connection: Connection,
  asked: Asked,
  onBytes: (bytes: number) => void,
  hint: string,
): Promise<Answered> {
  const url = urlOf(connection, asked);
  const response = await requested(connection, asked, url, asked.signal);
  const place = placeOf(asked, url);
  const isInLines = response.headers.get("content-type")?.startsWith("application/x-ndjson");
  if (isInLines !== true) return { response, bytes: await bodyOf(response), place };
  const last = await lastOf(response, asked.signal, hint, (line) => {
    if (peek(peek(line, "progress"), "phase") !== "write") return;
    onBytes(Number(peek(peek(line, "progress"), "bytes")));
  });
  const status = Number(peek(last, "status"));
  const isError = status >= 400 && status <= 599;
  const body = status === 200 ? peek(last, "result") : { error: peek(last, "error") };
  const bytes = new Uint8Array(bytesFromText(JSON.stringify(body ?? null)));
  // What it says by its last line, it could not say by its status.
  return { response: isError ? new Response(null, { status }) : response, bytes, place };
}

/** The line with the end. Rejects where there is none: the work may go on. */
async function lastOf(
  response: Response,
  signal: AbortSignal,
  hint: string,
  onLine: (line: unknown) => void,
): Promise<unknown> {
  const cutter = new LineCutter(maxLineBytes);
  let last: unknown;
  try {
    for await (const piece of response.body ?? []) {
      for (const bytes of cutter.lines(piece)) {
        const line = jsonIn(bytes);
        if (peek(line, "status") === undefined) onLine(line);
        else last = line;
      }
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw cutOff(brokenOff(response, cause).message, hint, cause);
  }
  if (last === undefined) throw cutOff(`the answer of ${response.url} was cut off`, hint);
  return last;
}

function cutOff(reason: string, hint: string, cause?: unknown): Failure {
  return new Failure("unavailable", `${reason}: ${hint}`, {
    exitCode: exitCodes.unknown,
    isUnknown: true,
    cause,
  });
}
