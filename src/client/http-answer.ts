import { isRecord } from "../internal/assert.ts";
import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { type Read, readResponse } from "../internal/read-response.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { WireValue } from "../model/invocation.ts";
import type { Address } from "../sdk/address.ts";
import { string } from "../sdk/builtin-types.ts";
import type { Receipt } from "./client.ts";
import { textOfHeader, typeHeader } from "./http-headers.ts";
import { deadLetterError } from "./reply.ts";

/** What a refusal is for a caller, where its code is none of ours. */
const codes: { readonly [status: number]: StateFunErrorCode } = {
  400: "invalid_argument",
  401: "unauthenticated",
  403: "unauthenticated",
  404: "unknown_function",
  405: "invalid_argument",
  406: "unsupported_by_wire",
  409: "idempotency_conflict",
  413: "limit_exceeded",
  415: "invalid_argument",
  422: "value_invalid",
  429: "mailbox_full",
  504: "call_timeout",
};

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
  const error: unknown = Object(await jsonOf(response, maxBytes))["error"];
  const { code, message, cause } = Object(error);
  if (code === "dead_letter" && isRecord(cause)) {
    const { code: of, message: why } = cause;
    return deadLetterError(to, {
      code: String(of),
      message: typeof why === "string" ? why : "the runtime does not say why",
    });
  }
  const text =
    typeof message === "string" ? message : `status ${response.status} of ${response.url}`;
  // Only one of the set is let through.
  if (known.has(code)) return new StateFunError(code as StateFunErrorCode, text);
  return new StateFunError(codes[response.status] ?? "unavailable", text);
}

export async function receiptOf(response: Response, maxBytes: number): Promise<Receipt> {
  const { id, duplicate } = Object(await jsonOf(response, maxBytes));
  if (typeof id === "string" && typeof duplicate === "boolean") return { id, duplicate };
  throw noRuntime(response);
}

/** The reply in an answer. */
export async function replyValueOf(response: Response, maxBytes: number): Promise<WireValue> {
  const header = response.headers.get(typeHeader);
  if (header === null) throw noRuntime(response);
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

async function jsonOf(response: Response, maxBytes: number): Promise<unknown> {
  const bytes = await bytesOf(response, maxBytes);
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

function brokenOff({ url }: Response, cause: unknown): StateFunError {
  return new StateFunError("unavailable", `the answer of ${url} broke off: ${reasonOf(cause)}`, {
    cause,
  });
}

function noRuntime({ url, status }: Response): StateFunError {
  return new StateFunError("unavailable", `${show(url)} is no runtime: it answered ${status}`);
}
