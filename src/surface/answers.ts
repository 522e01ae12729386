import { keepContent } from "../http/server-hints.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import type { ErrorDetailLevel } from "./options.ts";

/** Codes of refusals that only HTTP knows. */
type HttpCode =
  | "not_found"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "forbidden"
  | "failed";

export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const bytes = bytesFromText(`${JSON.stringify(body)}\n`);
  return answerBytes(status, bytes, { "content-type": "application/json", ...headers });
}

/** An answer whose bytes are in our hand: a server of ours writes them without a stream. */
export function answerBytes(
  status: number,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): Response {
  // Bytes that were encoded or copied here are in no shared memory.
  const body = bytes as Uint8Array<ArrayBuffer>;
  return keepContent(new Response(body, { status, headers }), bytes);
}

/** An error as every route answers it. */
export function answerError(
  status: number,
  code: StateFunErrorCode | HttpCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  cause?: { readonly code: string; readonly message?: string },
): Response {
  const error = cause === undefined ? { code, message } : { code, message, cause };
  // Whoever is refused for now should come again, not at once.
  const retry = status === 429 || status === 503 ? { "retry-after": "1" } : {};
  // The rest of the body may never come.
  const closing = status === 408 ? { connection: "close" } : {};
  return answerJson(status, { error }, { ...retry, ...closing, ...headers });
}

export function notFound(what: string): Response {
  return answerError(404, "not_found", `nothing at ${what}`);
}

export function methodNotAllowed(method: string, allow: string): Response {
  const text = `${method} is not allowed; use ${allow}`;
  return answerError(405, "method_not_allowed", text, { allow });
}

const statuses: { readonly [code in StateFunErrorCode]?: number } = {
  invalid_argument: 400,
  unauthenticated: 401,
  unknown_function: 404,
  unknown_egress: 404,
  idempotency_conflict: 409,
  timed_out: 408,
  limit_exceeded: 413,
  value_invalid: 422,
  message_undecodable: 422,
  dead_letter: 422,
  mailbox_full: 429,
  misconfigured: 500,
  draining: 503,
  unavailable: 503,
  store_failed: 503,
  call_timeout: 504,
};

/** What is said of failures whose texts tell of the inside: of paths, of hosts, of what a platform threw. */
const discreet: { readonly [code in StateFunErrorCode]?: string } = {
  store_failed: "whether this was stored cannot be known: repeat it",
  misconfigured: "this service is not set up correctly: its log says what to change",
  unavailable: "it cannot be reached now: repeat it later",
};

/** What a request ends with that threw. Undefined where it is nobody's business outside. */
export function answerThrown(error: unknown, detail: ErrorDetailLevel): Response | undefined {
  if (error instanceof Response) return error;
  if (!(error instanceof StateFunError)) return undefined;
  const { code, message } = error;
  const status = statuses[code];
  if (status === undefined) return undefined;
  if (detail === "full" || !quotesOthers(error)) {
    return answerError(status, code, (detail === "code" && discreet[code]) || message);
  }
  // A schema that throws is a fault of the program, not of the request.
  if (status === 400) return undefined;
  return answerError(status, code, discreet[code] ?? "the message cannot be read as its type");
}

/** Whether an error has the text of what a type of the program, or a library, threw. */
function quotesOthers(error: StateFunError): boolean {
  let cause: unknown = error.cause;
  while (cause instanceof StateFunError) cause = cause.cause;
  return cause !== undefined;
}

/** What a call ends with whose message was given up. */
export function answerDead(
  { code, reason }: { readonly code: string; readonly reason: string },
  detail: ErrorDetailLevel,
  headers: Readonly<Record<string, string>>,
): Response {
  const why = detail === "full" ? { code, message: reason } : { code };
  const text = `the message became a dead letter: ${Object.values(why).join(": ")}`;
  return answerError(422, "dead_letter", text, headers, why);
}

export function answerFailed(): Response {
  return answerError(500, "failed", "the request could not be handled");
}

/** Throws what a route ends with; for what is found out deep within it. */
export function refuse(...refusal: Parameters<typeof answerError>): never {
  throw answerError(...refusal);
}
