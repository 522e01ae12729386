import type { ExecutionContextLike } from "../../handler/options.ts";
import { withoutPath } from "../../http/without-path.ts";
import { StateFunError } from "../../internal/errors.ts";
import { readResponse } from "../../internal/read-response.ts";
import { reasonOf, show } from "../../internal/show.ts";

/** What handles a request that is not for this library's reserved messages. */
export type Inner = (
  request: Request,
  env: unknown,
  executionContext: ExecutionContextLike | undefined,
) => Response | Promise<Response>;

/** The function did not answer a part of a batch: the answer that it gave is the one of the whole batch. */
export class NotAnswered extends StateFunError {
  readonly response: Response;

  constructor(text: string, response: Response, cause?: unknown) {
    super("unavailable", text, { cause });
    this.response = response;
  }

  /** Asked again it may answer. */
  get isTemporary(): boolean {
    return temporary.has(this.response.status);
  }
}

const temporary: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Of the connection that a request came by, and of its body's length and coding: `fetch` makes its own. */
const hopByHop = [
  ...["connection", "content-length", "host", "keep-alive", "proxy-connection", "te", "trailer"],
  ...["accept-encoding", "expect", "transfer-encoding", "upgrade"],
];
/** `fetch` has decompressed the body. */
const ofCoding = [
  "connection",
  "content-encoding",
  "content-length",
  "keep-alive",
  "transfer-encoding",
];

function without(headers: Headers, names: readonly string[]): Headers {
  const rest = new Headers(headers);
  for (const name of names) rest.delete(name);
  return rest;
}

/** An endpoint elsewhere: the path of a request is added to the one of `base`, so one URL serves every function. */
export function remoteEndpoint(
  base: URL,
  fetch: typeof globalThis.fetch,
  report: (error: unknown) => void,
): Inner {
  const prefix = base.pathname.replace(/\/$/, "");
  return async (request) => {
    const { pathname, search } = new URL(request.url);
    const url = new URL(base);
    url.pathname = `${prefix}${pathname}`;
    url.search = search;
    const { method, headers } = request;
    const body = method === "GET" || method === "HEAD" ? undefined : await request.arrayBuffer();
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers: without(headers, hopByHop),
        ...(body && { body }),
        redirect: "manual",
      });
    } catch (error) {
      // The path may be a secret.
      const reason = withoutPath(reasonOf(error), url.href);
      const text = `the endpoint behind migratable cannot be reached: ${reason}`;
      // So it is without a `cause`, which has the whole text.
      report(new StateFunError("unavailable", text));
      return new Response("unavailable\n", { status: 503 });
    }
    const { status, headers: answered, body: content } = response;
    return new Response(content, { status, headers: without(answered, ofCoding) });
  };
}

/** The same request with these bytes. */
export function withBody(request: Request, body: Uint8Array): Request {
  const { method, url, headers, signal } = request;
  // What a request was read into is in no shared memory.
  const bytes = body as Uint8Array<ArrayBuffer>;
  return new Request(url, {
    method,
    headers: without(headers, ["content-length", "transfer-encoding"]),
    body: bytes,
    signal,
  });
}

/** The bytes of an answer of 200, or `NotAnswered`. */
export async function answeredBytes(
  response: Response,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const { status, ok, headers } = response;
  if (!ok) throw new NotAnswered(`answered ${status}`, response);
  const type = headers.get("content-type");
  if (type?.split(";")[0]?.trim().toLowerCase() !== "application/octet-stream") {
    throw new NotAnswered(`answered with content-type ${show(type)}`, response);
  }
  const { bytes, isAll } = await readResponse(response, maxBytes);
  if (isAll) return bytes;
  const large = new Response("failed\n", { status: 500 });
  throw new NotAnswered(`answered with more than ${maxBytes} bytes`, large);
}
