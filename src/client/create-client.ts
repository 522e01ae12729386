import {
  delayHeader,
  headerTextOf,
  idempotencyHeader,
  setMessageHeaders,
  typeHeader,
  typeHeaderOf,
} from "../http/http-headers.ts";
import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  assertNonEmpty,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { Deadline } from "../internal/deadline.ts";
import { StateFunError } from "../internal/errors.ts";
import { defaultCallMs, defaultPayloadBytes, longestWaitMs } from "../internal/limits.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { WireValue } from "../model/invocation.ts";
import type { SendingEvent } from "../model/observer.ts";
import {
  type LoadObserver,
  type ObserverOption,
  resolveObserver,
} from "../model/observer-option.ts";
import type { WatchedSend } from "../model/watch.ts";
import { plainIn } from "../model/plain-bytes.ts";
import { type Address, acceptedBy } from "../sdk/addressing/address.ts";
import { encodeMessage } from "../sdk/addressing/encode-message.ts";
import { headersToWire } from "../sdk/types/headers.ts";
import type { Client } from "./client.ts";
import { errorOf, receiptOf, replyValueOf } from "./http-answer.ts";
import { callOptionsOf, type MessageParts, sendOptionsOf } from "./message-options.ts";
import { decodeReply } from "./reply.ts";

/** How much longer a caller waits than the runtime, so that the runtime's own timeout answer can arrive. */
const graceMs = 5_000;

export interface ClientOptions {
  /** The URL of the HTTP surface of a runtime, including its `basePath`. */
  readonly url: string | URL;
  /** Sends the requests. @default the `fetch` of the platform */
  readonly fetch?: (request: Request) => Promise<Response>;
  /** Headers of every request, for example credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * How long a `send` waits for its receipt, in milliseconds; then it rejects with `call_timeout`, and it is
   * unknown whether the message arrived. A call has its own timeout.
   * @default 30_000
   */
  readonly timeoutMs?: number;
  /**
   * Largest answer in bytes, decompressed: a longer answer is `limit_exceeded`, and is not read. @default
   * 33_554_432, 32 MiB
   */
  readonly maxResponseBytes?: number;
  /** One observer or a list. Its hook `sending` is called for each message. @default none */
  readonly observer?: ObserverOption;
}

/**
 * `send` and `call` over HTTP, to what a runtime exposes. They reject with the same codes as in process, and also
 * with `unauthenticated`. Without an answer, or with the answer of a proxy, they reject with `unavailable`: it is
 * unknown whether the message arrived, so repeat it with its idempotency key. An answer that no runtime gives,
 * such as a page or a redirect, is `malformed_request` with a description of it: the URL is wrong, and repeating
 * does not help.
 *
 * @example
 * ```ts
 * import { functionRef, string } from "statefun";
 * import { createClient } from "statefun/client";
 *
 * const greeter = functionRef("demo/greeter", string, { replies: string });
 *
 * const client = createClient({
 *   url: "http://127.0.0.1:8080",
 *   headers: { authorization: "Bearer secret" },
 * });
 *
 * export async function greet(name: string): Promise<string> {
 *   await client.send(greeter.at(name), name, { idempotencyKey: `greet-${name}` });
 *   return client.call(greeter.at(name), name, { timeoutMs: 5_000 });
 * }
 * ```
 */
export function createClient(options: ClientOptions): Client {
  const resolved = resolveClientOptions(options);
  return {
    send: async (to: Address, message: unknown, options?: object) => {
      const checked = sendOptionsOf(options, Date);
      const { delayMs, signal } = checked;
      const { request, watched } = await requestOf(resolved, "send", to, message, checked, delayMs);
      if (delayMs !== 0) request.headers.set(delayHeader, String(delayMs));
      const { timeoutMs, maxResponseBytes } = resolved;
      const receipt = fetched(resolved, request, signal, timeoutMs, async (response) => {
        if (response.status !== 202) throw await errorOf(response, to, maxResponseBytes);
        return receiptOf(response, maxResponseBytes);
      });
      return watched?.until(receipt) ?? receipt;
    },
    // The overloads say what it resolves with; `decodeReply` makes it.
    call: (async (to: Address, message: unknown, options?: object) => {
      const checked = callOptionsOf(options);
      const { timeoutMs, signal, decoder } = checked;
      const { request, watched } = await requestOf(resolved, "call", to, message, checked, 0);
      request.headers.set("prefer", `wait=${timeoutMs / 1_000}`);
      const waitMs = Math.min(timeoutMs + graceMs, longestWaitMs);
      const value = fetched(resolved, request, signal, waitMs, async (response) => {
        const { maxResponseBytes } = resolved;
        if (response.status !== 200) throw await errorOf(response, to, maxResponseBytes);
        return replyValueOf(response, maxResponseBytes);
      });
      const reply = value.then((wire) => decodeReply(to, wire, decoder));
      return watched?.until(reply) ?? reply;
    }) as Client["call"],
  };
}

interface ResolvedClientOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly headers: readonly (readonly [string, string])[];
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  /** Undefined: nothing is reported. */
  readonly observer: LoadObserver | undefined;
}

function resolveClientOptions(options: ClientOptions): ResolvedClientOptions {
  const known = ["url", "fetch", "headers", "timeoutMs", "maxResponseBytes", "observer"];
  assertKnownKeys(options, known, "the options of the client");
  const { url: given, fetch: own, headers = {}, timeoutMs = defaultCallMs } = options;
  const { maxResponseBytes = defaultPayloadBytes, observer } = options;
  assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
  assertInteger(maxResponseBytes, "maxResponseBytes", 1);
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw invalid(`url must be that of a runtime, like http://127.0.0.1:8080, got ${show(given)}`);
  }
  if (!/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw invalid(`url must be http or https, without a query, got ${show(given)}`);
  }
  // Not shown: it is a secret.
  if (url.username !== "" || url.password !== "") {
    throw invalid("url must not have credentials in it: give them as the header authorization");
  }
  if (own !== undefined) assertFunction(own, "fetch");
  if (!isRecord(headers)) throw invalid(`headers must be an object, got ${show(headers)}`);
  return {
    url: withoutSlashes(url.href),
    // Looked up at each call: tools replace the global one.
    fetch: own ?? ((request) => fetch(request)),
    headers: Object.entries(assertHeaders(headers)),
    timeoutMs,
    maxResponseBytes,
    observer: resolveObserver(observer, (error) => console.error("statefun:", error)),
  };
}

/** At its end. */
function withoutSlashes(url: string): string {
  let end = url.length;
  while (url[end - 1] === "/") end--;
  return url.slice(0, end);
}

function assertHeaders(headers: Readonly<Record<string, string>>): typeof headers {
  try {
    new Headers(Object.entries(headers));
    return headers;
  } catch (cause) {
    throw new StateFunError("invalid_argument", `headers: ${reasonOf(cause)}`, { cause });
  }
}

interface Prepared {
  readonly request: Request;
  readonly watched: WatchedSend | undefined;
}

/** The request, with headers of the observer if HTTP can carry them. */
async function requestOf(
  options: ResolvedClientOptions,
  kind: SendingEvent["kind"],
  to: Address,
  message: unknown,
  checked: MessageParts,
  delayMs: number,
): Promise<Prepared> {
  const accepts = acceptedBy(to);
  const { headers } = checked;
  const wireHeaders = headers === undefined ? undefined : headersToWire(headers as never);
  const argument = encodeMessage(to.typename, accepts, message, wireHeaders);
  let request = requestWith(options, to, argument, checked);
  const observer = options.observer && (await options.observer());
  const fits = (stamped: WireValue): boolean => {
    try {
      request = requestWith(options, to, stamped, checked);
      return true;
    } catch {
      return false;
    }
  };
  const isGiven = headers !== undefined;
  const watched = observer?.send?.(kind, to, argument, delayMs, isGiven, fits);
  const sent = watched?.argument ?? argument;
  // What is encrypted has its bytes only now.
  const plain = plainIn(sent);
  if (plain) request = requestWith(options, to, await plain.sealed(sent), checked);
  return { request, watched };
}

function requestWith(
  { url, headers: own }: ResolvedClientOptions,
  to: Address,
  argument: WireValue,
  { idempotencyKey }: MessageParts,
): Request {
  const headers = new Headers([["content-type", "application/octet-stream"]]);
  headers.set(typeHeader, typeHeaderOf(argument.typename));
  setMessageHeaders(headers, argument.headers);
  if (idempotencyKey !== undefined) {
    assertNonEmpty(idempotencyKey, "an idempotency key");
    const what = `idempotency key ${show(idempotencyKey)} cannot be sent over HTTP:`;
    headers.set(idempotencyHeader, headerTextOf(idempotencyKey, what));
  }
  for (const [name, value] of own) headers.set(name, value);
  // A part that is only dots is a direction in a URL, and never arrives.
  if (/^\.\.?$/.test(to.id)) throw invalid(`id ${show(to.id)} cannot be sent over HTTP`);
  const path = [...to.typename.split("/"), to.id].map(encodeURIComponent).join("/");
  // A stream would not say its length; the bytes are this message's own.
  const body = new Uint8Array(argument.bytes ?? []);
  return new Request(`${url}/functions/${path}`, { method: "POST", headers, body });
}

/** What `read` makes of the answer. Signal and time hold until it has all of it. */
async function fetched<T>(
  { fetch }: ResolvedClientOptions,
  request: Request,
  signal: AbortSignal | undefined,
  waitMs: number,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const deadline = new Deadline(waitMs, signal, () => noAnswer(request.url, waitMs));
  const answered = async (): Promise<T> =>
    // A followed redirect would make a GET of it, or take what is secret elsewhere.
    read(await fetch(new Request(request, { signal: deadline.signal, redirect: "manual" })));
  try {
    return await deadline.race(answered());
  } catch (cause) {
    if (deadline.signal.aborted) throw deadline.signal.reason;
    if (cause instanceof StateFunError) throw cause;
    const text = `no answer from ${request.url}: ${reasonOf(cause)}`;
    throw new StateFunError("unavailable", text, { cause });
  } finally {
    deadline.done();
  }
}

function noAnswer(url: string, waitMs: number): StateFunError {
  return new StateFunError("call_timeout", `no answer from ${url} within ${waitMs} ms`);
}
