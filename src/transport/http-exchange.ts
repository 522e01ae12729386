import { reasonOfFetch } from "../http/reason-of-fetch.ts";
import { retryAfterMs } from "../http/retry-after.ts";
import { withoutPath } from "../http/without-path.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { Clock } from "../model/clock.ts";
import { readAnswer, readReason } from "./read-answer.ts";
import { nonsense, RemoteFailure } from "./remote-failure.ts";

const mediaType = "application/octet-stream";
/** Statuses of a server that cannot answer now: the endpoint waits, the message is not to blame. */
const unavailableStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

export interface RemoteRequest {
  /** For messages: the function, and where it is. */
  readonly what: string;
  readonly url: string;
  /** Its host is made from the name of a function: an unknown host is not an outage. */
  readonly isHostNamed: boolean;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer>;
  /** For all of it, the body of the answer included. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

export interface HttpHost {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

/** `unavailable`: no answer, or a server that cannot answer now. `failed`: an answer that cannot be used. */
export type Exchange =
  | { readonly kind: "answered"; readonly bytes: Uint8Array }
  | { readonly kind: "failed"; readonly error: unknown }
  | {
      readonly kind: "unavailable";
      readonly error: StateFunError;
      /** How long the server asks to be left alone. */
      readonly pauseMs: number | undefined;
    };

/**
 * Sends one request and reads its answer. Redirects are answers, not followed, as by a cluster's async
 * transport: a POST would become a GET. Never rejects.
 */
export async function exchange(
  request: RemoteRequest,
  { fetch, clock }: HttpHost,
  controller: AbortController,
): Promise<Exchange> {
  const { what, url, timeoutMs, body } = request;
  const cancel = clock.after(timeoutMs, () => {
    controller.abort(new StateFunError("timed_out", `no answer within ${timeoutMs} ms`));
  });
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: headersOf(request),
      body,
      redirect: "manual",
      signal: controller.signal,
    });
    const failure = await failureOf(response, what, clock);
    return (
      failure ?? { kind: "answered", bytes: await readAnswer(response, request.maxResponseBytes) }
    );
  } catch (error) {
    // Too large is an answer as well.
    if (error instanceof StateFunError && error.code === "malformed_request") {
      return { kind: "failed", error: nonsense(`${what}: ${error.message}`) };
    }
    const cause = controller.signal.aborted ? controller.signal.reason : error;
    const reason = withoutPath(reasonOfFetch(cause), url);
    const text = `${what} cannot be reached: ${reason}`;
    if (isPermanent(reason, request)) {
      return { kind: "failed", error: nonsense(text, cause) };
    }
    return {
      kind: "unavailable",
      error: new StateFunError("unavailable", text, { cause }),
      pauseMs: undefined,
    };
  } finally {
    cancel();
  }
}

function headersOf({ headers }: RemoteRequest): Headers {
  // As a cluster's async transport calls itself. What a module says may replace it, but not the media type.
  const all = new Headers({ "user-agent": "statefun", accept: mediaType });
  for (const [name, value] of headers) all.set(name, value);
  all.set("content-type", mediaType);
  return all;
}

async function failureOf(
  response: Response,
  what: string,
  clock: Clock,
): Promise<Exclude<Exchange, { kind: "answered" }> | undefined> {
  const { status, headers, ok, type } = response;
  const contentType = headers.get("content-type");
  if (ok && contentType?.split(";")[0]?.trim().toLowerCase() === mediaType) return undefined;
  const reason = await readReason(response);
  if (ok) {
    const text = `${what} answered ${status} with content-type ${show(contentType)}, expected ${mediaType}${reason}`;
    return { kind: "failed", error: nonsense(text) };
  }
  if (unavailableStatuses.has(status)) {
    const text = `${what} is not available: it answered ${status}${reason}`;
    const error = new StateFunError("unavailable", text);
    return { kind: "unavailable", error, pauseMs: retryAfterMs(headers, clock.now()) };
  }
  const isRedirect = type === "opaqueredirect" || (status >= 300 && status < 400);
  const text = isRedirect
    ? `${what} answered with a redirect, which is not followed`
    : `${what} answered ${status}${reason}`;
  return { kind: "failed", error: new RemoteFailure(text, status) };
}

/** Waiting does not help against an invalid URL or a port that the platform's fetch refuses. */
function isPermanent(reason: string, { isHostNamed }: RemoteRequest): boolean {
  if (/invalid url|parse url|bad port/i.test(reason)) return true;
  return isHostNamed && /ENOTFOUND|not known|no such host|getaddrinfo/i.test(reason);
}
