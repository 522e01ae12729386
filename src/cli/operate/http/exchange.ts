import { brokenOff } from "../../../client/no-runtime.ts";
import { Deadline } from "../../../internal/deadline.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { readResponse } from "../../../internal/read-response.ts";
import { peek, reasonOf } from "../../../internal/show.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";

/** One request to the server. */
export interface Asked {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the base path, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Headers;
  readonly body?: Uint8Array<ArrayBuffer> | Blob;
  /** For the whole answer. @default 30_000 */
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/** An answer that was read to its end. */
export interface Answered {
  readonly response: Response;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The request, as errors name it. */
  readonly place: string;
}

const defaultTimeoutMs = 30_000;
/** Of an answer: pages have 1 MiB, replies of functions as much as messages. */
const maxBytes = 33_554_432;

/** Sends one request, follows no redirect, and reads the answer. Rejects with a `Failure`. */
export async function exchange(connection: Connection, asked: Asked): Promise<Answered> {
  const { timeoutMs = defaultTimeoutMs, signal } = asked;
  const late = () => unreachable(connection, `no answer within ${timeoutMs} ms`, asked, true);
  const deadline = new Deadline(timeoutMs, signal, late);
  try {
    return await deadline.race(answered(connection, { ...asked, signal: deadline.signal }));
  } catch (error) {
    throw deadline.signal.aborted ? deadline.signal.reason : error;
  } finally {
    deadline.done();
  }
}

/** The same, however long it takes. */
export async function answered(connection: Connection, asked: Asked): Promise<Answered> {
  const url = urlOf(connection, asked);
  const response = await requested(connection, asked, url, asked.signal);
  return { response, bytes: await bodyOf(response), place: placeOf(asked, url) };
}

/** A request, as errors name it. */
export function placeOf({ method }: Asked, { pathname }: URL): string {
  return `${method} ${pathname}`;
}

/** Sends one request, and gives the answer as it comes. */
export async function requested(
  connection: Connection,
  asked: Asked,
  url: URL,
  signal: AbortSignal,
): Promise<Response> {
  const { method, body } = asked;
  const headers = new Headers(asked.headers);
  for (const [name, value] of connection.headers) headers.set(name, value);
  try {
    // A followed redirect would make a GET of it, or take what is secret elsewhere.
    return await fetch(url, {
      ...{ method, headers, signal, redirect: "manual" },
      ...(body === undefined ? {} : { body }),
    });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const { reason, wasSent } = reasonOfFetch(error);
    throw unreachable(connection, reason, asked, wasSent, error);
  }
}

export function urlOf(connection: Connection, { path, query = {} }: Asked): URL {
  const url = new URL(connection.url + path);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url;
}

/** Read to its end. */
export async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { bytes, isAll } = await readResponse(response, maxBytes);
    if (isAll) return bytes;
  } catch (cause) {
    const { code, message } = brokenOff(response, cause);
    const isUnknown = code === "unavailable";
    const exitCode = isUnknown ? exitCodes.unknown : exitCodes.refused;
    throw new Failure(code, message, { exitCode, isUnknown, cause });
  }
  const text = `the answer of ${response.url} has more than ${maxBytes} bytes`;
  throw new Failure("limit_exceeded", text, { exitCode: exitCodes.refused });
}

function unreachable(
  { url }: Connection,
  reason: string,
  { method }: Asked,
  wasSent: boolean,
  cause?: unknown,
): Failure {
  const isUnknown = wasSent && method !== "GET";
  const hint = wasSent ? "" : ": is it running there? --url or STATEFUN_URL name another place";
  const message = `no answer from ${url}: ${reason}${hint}`;
  return new Failure("unavailable", message, { exitCode: exitCodes.unknown, isUnknown, cause });
}

/** Failures before the first byte of a request. */
const unsent =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_.*|.*CERT.*|.*SSL.*)$/;

/** The text of `fetch` says nothing: what is behind it does. */
function reasonOfFetch(error: unknown): { readonly reason: string; readonly wasSent: boolean } {
  if (error instanceof StateFunError) return { reason: error.message, wasSent: true };
  const cause = peek(error, "cause") ?? error;
  const code = String(peek(cause, "code") ?? "");
  const text = reasonOf(cause);
  const reason = text === "" ? code : text;
  return { reason, wasSent: !unsent.test(code) && reason !== "bad port" };
}
