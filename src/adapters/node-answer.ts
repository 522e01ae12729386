/// <reference types="node" />
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type BufferedResponse, contentOf, directOf, markServed } from "../http/server-hints.ts";
import { inTime } from "../internal/deadline.ts";
import type { NodeResponse } from "./node-http.ts";
import type { ServeOptions } from "./server.ts";

/** What is larger is not worth a copy. */
const maxTextBytes = 4_096;

/** Writes an answer as it is: node:http leaves out the body of one to HEAD. */
export function writeAnswer(
  { status, headers, bytes }: BufferedResponse,
  response: NodeResponse,
): void {
  const { buffer, byteOffset, length } = bytes;
  response.writeHead(status, { ...headers, "content-length": length });
  if (length > maxTextBytes) response.end(bytes);
  // As text it goes out in one piece with the head. A byte is a character of latin1.
  else response.end(Buffer.from(buffer, byteOffset, length).toString("latin1"), "latin1");
}

/** What is used of a Node HTTP exchange. */
interface NodeExchange {
  readonly incoming: { readonly headersDistinct: { readonly host?: readonly string[] } };
  readonly outgoing: NodeResponse;
}

/** Bytes that the handler has in its hand are written as they are, all others by the library, as a stream. */
export async function answer(
  fetch: ServeOptions["fetch"],
  request: Request,
  { incoming, outgoing }: NodeExchange,
): Promise<Response> {
  // The platform takes the first of two: what stands before it may have looked at the other one.
  if ((incoming.headersDistinct.host?.length ?? 0) > 1) return new Response(null, { status: 400 });
  const direct = directOf(fetch);
  const respond = direct !== undefined && "respond" in direct ? direct.respond : fetch;
  // Most requests on Node are answered without a `Request`: the others need not share a timer.
  const response = await respond(markServed(request, inTime));
  if (!(response instanceof Response)) {
    writeAnswer(response, outgoing);
    return RESPONSE_ALREADY_SENT;
  }
  const bytes = contentOf(response);
  // Several cookies are more than one value of a name.
  if (bytes === undefined || response.headers.has("set-cookie")) return response;
  const { status } = response;
  writeAnswer({ status, headers: Object.fromEntries(response.headers), bytes }, outgoing);
  return RESPONSE_ALREADY_SENT;
}
