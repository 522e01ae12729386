import { textOfHeader, typeHeader } from "../http/http-headers.ts";
import { isRecord } from "../internal/assert.ts";
import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { type Read, readResponse } from "../internal/read-response.ts";
import type { WireValue } from "../model/invocation.ts";
import type { Address } from "../sdk/addressing/address.ts";
import { string } from "../sdk/types/builtin-types.ts";
import type { Receipt } from "./client.ts";
import { brokenOff, codeOfStatus, noRuntime } from "./no-runtime.ts";
import { deadLetterError } from "./reply.ts";

/** Codes that a runtime answers with and a caller may act on. */
const known: ReadonlySet<unknown> = new Set<StateFunErrorCode>([
  "invalid_argument",
  "unauthenticated",
  "unknown_function",
  "idempotency_conflict",
  "limit_exceeded",
  "value_invalid",
  "unsupported_by_wire",
  "mailbox_full",
  "draining",
  "unavailable",
  "store_failed",
  "call_timeout",
]);

/** The error that an answer is about; one that is of no runtime, but of something before it, by its status. */
export async function errorOf(
  response: Response,
  to: Address,
  maxBytes: number,
): Promise<StateFunError> {
  const bytes = await bytesOf(response, maxBytes);
  const error: unknown = Object(jsonOf(bytes))["error"];
  const { code, message, cause } = Object(error);
  if (code === "dead_letter" && isRecord(cause)) {
    const { code: of, message: why } = cause;
    return deadLetterError(to, {
      code: String(of),
      message: typeof why === "string" ? why : "the runtime gave no reason",
    });
  }
  if (typeof code !== "string" || typeof message !== "string") return noRuntime(response, bytes);
  // Only one of the set is let through.
  if (known.has(code)) return new StateFunError(code as StateFunErrorCode, message);
  return new StateFunError(codeOfStatus(response.status), message);
}

export async function receiptOf(response: Response, maxBytes: number): Promise<Receipt> {
  const bytes = await bytesOf(response, maxBytes);
  const { id, duplicate } = Object(jsonOf(bytes));
  if (typeof id === "string" && typeof duplicate === "boolean") return { id, duplicate };
  throw await noRuntime(response, bytes);
}

/** The reply in an answer. */
export async function replyValueOf(response: Response, maxBytes: number): Promise<WireValue> {
  const header = response.headers.get(typeHeader);
  if (header === null) throw await noRuntime(response);
  const typename = textOfHeader(header);
  const body = await bytesOf(response, maxBytes);
  // A string that is none comes as the bytes that it is.
  const isBytes = /^application\/octet-stream\b/i.test(response.headers.get("content-type") ?? "");
  if (typename !== string.typename || isBytes) return { typename, bytes: body, headers: [] };
  try {
    // `text()` would take a byte order mark away, which is a part of the string.
    return { typename, bytes: string.encode(textFromBytes(body)), headers: [] };
  } catch (cause) {
    throw brokenOff(response, cause);
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textFromBytes(bytes));
  } catch {
    return undefined;
  }
}

async function bytesOf(response: Response, maxBytes: number): Promise<Uint8Array> {
  let read: Read;
  try {
    read = await readResponse(response, maxBytes);
  } catch (cause) {
    throw brokenOff(response, cause);
  }
  if (read.isAll) return read.bytes;
  const text = `the answer of ${response.url} has more than maxResponseBytes (${maxBytes})`;
  throw new StateFunError("limit_exceeded", text);
}
