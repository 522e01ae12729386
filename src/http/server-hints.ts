import type { InTime } from "../internal/deadline.ts";
import type { RequestHead } from "./request-head.ts";

/**
 * What a server of ours and the handler tell each other, by properties of the request, the response and the handler: the
 * two may be of different copies of this package, and a Hono app may stand between them.
 */
const served = "~servedWithin";
const content = "~bytes";
const direct = "~direct";

/**
 * Says that the request comes straight from a server that holds its body to its Content-Length, and by which timers it may wait
 * for that.
 */
export function markServed(request: Request, within: InTime): Request {
  return Object.assign(request, { [served]: within });
}

/** Undefined for a request of another server. */
export function servedWithin(request: Request): InTime | undefined {
  return Object(request)[served];
}

/** Keeps the bytes of the body beside it, so that the server need not read them from a stream. */
export function keepContent(response: Response, bytes: Uint8Array): Response {
  return Object.assign(response, { [content]: bytes });
}

export function contentOf(response: Response): Uint8Array | undefined {
  return Object(response)[content];
}

/** An answer whose bytes are in memory. */
export interface BufferedResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** The bytes of an answer to a cluster, an answer, or a response for what went wrong. */
export type DirectResponse = Uint8Array | BufferedResponse | Response;

/** What answers one request without a `Request`. Of the two functions one is called, once. */
export interface BodyReceiver {
  /** Never throws or rejects. */
  answer(body: Uint8Array): DirectResponse | Promise<DirectResponse>;
  /** For a body that did not come as a whole. */
  refuse(error: unknown): DirectResponse | Promise<DirectResponse>;
}

/** What a server needs of a handler to answer without a `Request` and a `Response`, which take as long as all the rest. */
export type Direct = (BodyReceiver | HeadHandler) & {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
};

/** A handler that looks at more of a request than its body. */
export interface HeadHandler {
  /** Undefined: only its `Request` can be answered. Never throws; nothing has happened yet. */
  begin(head: RequestHead): BodyReceiver | undefined;
  /** What the handler answers to a `Request`, before a `Response` is made of it. Never rejects. */
  respond(request: Request): Promise<BufferedResponse | Response>;
}

/** Lets a server of ours answer without a `Request`, as long as it is given this handler itself. */
export function allowDirect<H extends object>(handler: H, how: Direct): H {
  return Object.assign(handler, { [direct]: { ...how, of: handler } });
}

export function directOf(handler: object): Direct | undefined {
  const found = Object(handler)[direct];
  // A function around the handler, which may check more than it does, can have taken over its properties.
  return found?.of === handler ? found : undefined;
}
