import { type BufferedResponse, keepContent } from "../http/server-hints.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { type ShownIssue, shownIssues } from "./json/issues-json.ts";
import type { ErrorDetailLevel } from "./options.ts";

/** Codes of refusals that only HTTP knows. */
type HttpCode =
  | "not_found"
  | "method_not_allowed"
  | "unsupported_media_type"
  | "forbidden"
  | "failed";

/** What a route answers with: a `Response` only for a stream, or for no content. */
export type SurfaceResponse = BufferedResponse | Response;

/** As a platform takes it. A server of ours writes the bytes without a stream. */
export function responseOf(answered: SurfaceResponse): Response {
  if (answered instanceof Response) return answered;
  // Bytes that were encoded or copied here are in no shared memory. The rest of an answer is what `Response` takes.
  const body = answered.bytes as Uint8Array<ArrayBuffer>;
  return keepContent(new Response(body, answered), body);
}

export function answerJson(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): BufferedResponse {
  const bytes = bytesFromText(`${JSON.stringify(body)}\n`);
  return { status, headers: { "content-type": "application/json", ...headers }, bytes };
}

/** An error as every route answers it. */
export function answerError(
  status: number,
  code: StateFunErrorCode | HttpCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
  cause?: { readonly code: string; readonly message?: string },
  issues: readonly ShownIssue[] = [],
): BufferedResponse {
  const error = {
    ...{ code, message },
    ...(cause === undefined ? {} : { cause }),
    ...(issues.length === 0 ? {} : { issues }),
  };
  // A request that is refused for now should be repeated, but not at once.
  const retry = status === 429 || status === 503 ? { "retry-after": "1" } : {};
  // The rest of the body may never come.
  const closing = status === 408 ? { connection: "close" } : {};
  return answerJson(status, { error }, { ...retry, ...closing, ...headers });
}

export function notFound(what: string): BufferedResponse {
  return answerError(404, "not_found", `nothing at ${what}`);
}

export function methodNotAllowed(method: string, allow: string): BufferedResponse {
  const others = allow.replace(/, ([^,]*)$/, " or $1");
  const text = `${method} is not allowed: use ${others}`;
  return answerError(405, "method_not_allowed", text, { allow });
}

const statuses: { readonly [code in StateFunErrorCode]?: number } = {
  invalid_argument: 400,
  unauthenticated: 401,
  unknown_function: 404,
  unknown_egress: 404,
  idempotency_conflict: 409,
  conflict: 409,
  timed_out: 408,
  limit_exceeded: 413,
  value_invalid: 422,
  message_undecodable: 422,
  dead_letter: 422,
  mailbox_full: 429,
  misconfigured: 500,
  unsupported: 501,
  busy: 503,
  draining: 503,
  unavailable: 503,
  store_failed: 503,
  call_timeout: 504,
};

/** Texts for failures whose own texts reveal paths, hosts, or what a platform threw. */
const discreet: { readonly [code in StateFunErrorCode]?: string } = {
  store_failed: "this may or may not have been stored: send it again",
  misconfigured: "this service is not set up correctly: its log says what to change",
  unavailable: "temporarily unavailable: try again later",
};

/** The answer to a request that threw. Undefined if callers must not see the error. */
export function answerThrown(
  error: unknown,
  detail: ErrorDetailLevel,
): BufferedResponse | undefined {
  if (error instanceof Refusal) return error.answer;
  if (!(error instanceof StateFunError)) return undefined;
  const { code, message } = error;
  const status = statuses[code];
  if (status === undefined) return undefined;
  if (detail === "full" || !quotesOthers(error)) {
    const text = (detail === "code" && discreet[code]) || message;
    return answerError(status, code, text, {}, undefined, shownIssues(error));
  }
  // A schema that throws is a fault of the program, not of the request.
  if (status === 400) return undefined;
  return answerError(status, code, discreet[code] ?? "the message cannot be decoded as its type");
}

/** Whether an error has the text of what a type of the program, or a library, threw. */
function quotesOthers(error: StateFunError): boolean {
  let cause: unknown = error.cause;
  while (cause instanceof StateFunError) cause = cause.cause;
  return cause !== undefined;
}

/** The answer to a call whose message was given up. */
export function answerDead(
  { code, reason }: { readonly code: string; readonly reason: string },
  detail: ErrorDetailLevel,
  headers: Readonly<Record<string, string>>,
): BufferedResponse {
  const why = detail === "full" ? { code, message: reason } : { code };
  const text = `the message became a dead letter: ${Object.values(why).join(": ")}`;
  return answerError(422, "dead_letter", text, headers, why);
}

export function answerFailed(): BufferedResponse {
  return answerError(500, "failed", "the request could not be handled");
}

/** Throws the answer of a route, for conditions found deep within it. */
export function refuse(...refusal: Parameters<typeof answerError>): never {
  throw new Refusal(answerError(...refusal));
}

/** An answer of ours that was thrown. A `Response` that a program throws is its error, and nobody's answer. */
class Refusal {
  readonly answer: BufferedResponse;

  constructor(answer: BufferedResponse) {
    this.answer = answer;
  }
}
