/**
 * What a server of ours and the handler tell each other, by properties of the request and the response: the
 * two may be of different copies of this package, and a Hono app may stand between them.
 */
const served = "~servedByStatefun";
const content = "~bytes";
const direct = "~direct";

/** Says that the request comes straight from a server that holds its body to its Content-Length. */
export function markServed(request: Request): Request {
  return Object.assign(request, { [served]: true });
}

export function isServed(request: Request): boolean {
  return Object(request)[served] === true;
}

/** Keeps the bytes of the body beside it, so that the server need not read them from a stream. */
export function keepContent(response: Response, bytes: Uint8Array): Response {
  return Object.assign(response, { [content]: bytes });
}

export function contentOf(response: Response): Uint8Array | undefined {
  return Object(response)[content];
}

/** The bytes of an answer, or a response for what went wrong. */
export type DirectAnswer = Uint8Array | Response;

/** What a server needs of a handler that looks at nothing of a request except its body. */
export interface Direct {
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  /** Never throws or rejects. */
  answer(body: Uint8Array): DirectAnswer | Promise<DirectAnswer>;
  /** For a body that did not come as a whole. */
  refuse(error: unknown): DirectAnswer;
}

/** Lets a server of ours have the body without a `Request`, which takes as long as all the rest. */
export function allowDirect<H extends object>(handler: H, how: Direct): H {
  return Object.assign(handler, { [direct]: how });
}

export function directOf(handler: object): Direct | undefined {
  return Object(handler)[direct];
}
