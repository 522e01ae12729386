import { httpBodyOf } from "../http/http-body.ts";
import { httpHeaderOf, idempotencyHeader, typeHeader, typeHeaderOf } from "../http/http-headers.ts";
import { reasonOfFetch } from "../http/reason-of-fetch.ts";
import { withoutPath } from "../http/without-path.ts";
import { assertInteger, assertKnownKeys, invalid, isRecord } from "../internal/assert.ts";
import { Deadline } from "../internal/deadline.ts";
import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { longestWaitMs } from "../internal/limits.ts";
import { assertNoPromise } from "../internal/promises.ts";
import { readResponse } from "../internal/read-response.ts";
import { reasonOf, show } from "../internal/show.ts";
import {
  type Egress,
  type EgressBinding,
  type EgressRecord,
  formatOf,
} from "../sdk/egress/egress.ts";
import type { Accepts } from "../sdk/types/type.ts";

export interface HttpDeliveryOptions<V> {
  /** Where each record is posted: one URL, or a function that returns the URL for a value. */
  readonly url: string | ((value: V) => string);
  /** Headers of every request, for example credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Time for one request, in milliseconds. @default 10_000, as webhooks usually get */
  readonly timeoutMs?: number;
}

/** Refusals that are temporary and not about the record: an expired token, a lock, a rate. */
const passing: ReadonlySet<number> = new Set([401, 403, 407, 408, 409, 421, 423, 424, 425, 429]);
/** How much of an answer is read, so that its connection can be used again; a longer answer is cut off. */
const maxAnswerBytes = 65_536;

/**
 * Posts the records of an egress, one by one and in order: JSON as `application/json`, a string as `text/plain`,
 * anything else as its bytes, with `Statefun-Type`.
 *
 * `Idempotency-Key` is the id of the record, the same at every attempt, so that a receiver can drop duplicates.
 * Any answer except a 2xx is retried for as long as it takes, and the records behind it wait. But a 3xx, or a 4xx
 * that says that the record itself is wrong, makes the record a dead letter, which can be replayed.
 *
 * @example
 * ```ts
 * import { egress, string } from "statefun";
 * import { httpDelivery } from "statefun/http";
 *
 * const mails = egress("demo/mails", string);
 *
 * // For `createRuntime({ modules, store, egresses: [delivery] })`.
 * export const delivery = httpDelivery(mails, { url: "https://mail.example/send", timeoutMs: 5_000 });
 * ```
 */
export function httpDelivery<M, V>(
  egress: Egress<M, V>,
  options: HttpDeliveryOptions<NoInfer<V>>,
): EgressBinding {
  const { accepts } = formatOf(egress);
  const what = `the options of httpDelivery ${egress.typename}`;
  assertKnownKeys(options, ["url", "headers", "timeoutMs"], what);
  const { url, headers = {}, timeoutMs = 10_000 } = options;
  if (typeof url !== "function") assertUrl(url, egress.typename);
  if (!isRecord(headers)) throw invalid(`headers must be an object, got ${show(headers)}`);
  assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
  const own = headersOf(headers);
  /** Those of deliveries that were not taken as a whole: they come again, and are not posted again. */
  const taken = new Set<string>();
  return egress.to(async (records, signal) => {
    for (const record of records) {
      if (taken.has(record.id)) continue;
      const target = typeof url === "function" ? urlOf(url, record, egress.typename) : url;
      const request = requestOf(target, own, record, accepts);
      await post(target, request, egress.typename, timeoutMs, signal);
      taken.add(record.id);
    }
    for (const { id } of records) taken.delete(id);
  });
}

function headersOf(headers: Readonly<Record<string, string>>): Headers {
  try {
    return new Headers(Object.entries(headers));
  } catch (cause) {
    throw new StateFunError("invalid_argument", `headers: ${reasonOf(cause)}`, { cause });
  }
}

function assertUrl(url: unknown, egress: string): asserts url is string {
  try {
    const { protocol, username, password } = new URL(String(url));
    // No request can be made with credentials in it: they are a header.
    if (/^https?:$/.test(protocol) && username === "" && password === "") return;
  } catch {
    // The text below says it.
  }
  throw invalid(
    `the url of httpDelivery ${egress} must be an http or https URL without credentials, got ${show(url)}`,
  );
}

/** A `url` function that throws or returns no URL would do so again. */
function urlOf<V>(url: (value: V) => string, { value }: EgressRecord<V>, egress: string): string {
  try {
    const target: unknown = url(value);
    assertNoPromise(target, `the url of httpDelivery ${egress}`);
    assertUrl(target, egress);
    return target;
  } catch (cause) {
    throw new NonRetryableError(reasonOf(cause), { cause });
  }
}

/** What no header can carry now cannot be carried later either. */
function typeOf({ typename }: EgressRecord): string {
  try {
    return typeHeaderOf(typename);
  } catch (cause) {
    throw new NonRetryableError(reasonOf(cause), { cause });
  }
}

function requestOf(
  url: string,
  own: Headers,
  record: EgressRecord,
  accepts: Accepts,
): (signal: AbortSignal) => Promise<Response> {
  const { contentType, body } = httpBodyOf(record, accepts);
  const headers = new Headers({ "content-type": contentType });
  headers.set(typeHeader, typeOf(record));
  for (const [key, value] of record.headers) {
    const header = httpHeaderOf(key, value);
    if (header !== undefined) headers.append(header.name, header.value);
  }
  for (const [name, value] of own) headers.set(name, value);
  headers.set(idempotencyHeader, record.id);
  // A followed redirect would make a GET of it.
  return (signal) => fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
}

async function post(
  url: string,
  request: (signal: AbortSignal) => Promise<Response>,
  egress: string,
  timeoutMs: number,
  outer: AbortSignal,
): Promise<void> {
  const late = (): StateFunError =>
    new StateFunError("timed_out", `a request of ${egress} took longer than ${timeoutMs} ms`);
  const deadline = new Deadline(timeoutMs, outer, late);
  const { signal } = deadline;
  try {
    const response = await deadline.race(
      request(signal).catch((cause) => unreachable(cause, url, egress)),
    );
    // An answer that breaks off, or does not end, was an answer.
    await deadline.race(readResponse(response, maxAnswerBytes)).catch(() => {});
    const { status } = response;
    if (response.ok) return;
    const text = `a record of ${egress} was answered with ${status}`;
    if (status >= 300 && status < 500 && !passing.has(status)) throw new NonRetryableError(text);
    throw new StateFunError("unavailable", text);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw cause;
  } finally {
    deadline.done();
  }
}

/** The whole text of some platforms' fetch names the URL, whose path may be a secret: so the error itself is no cause. */
function unreachable(cause: unknown, url: string, egress: string): never {
  const reason = withoutPath(reasonOfFetch(cause), url);
  throw new StateFunError("unavailable", `the receiver of ${egress} cannot be reached: ${reason}`);
}
