import { bytesFromText } from "../../internal/bytes.ts";
import type { SurfaceResponse } from "../answers.ts";
import { heldStream } from "./held-stream.ts";
import type { StreamLimit } from "./stream-limit.ts";

/** What is written at once. */
const smallBytes = 65_536;

/** Bytes as an answer: those that a slow reader has not read yet count in the room. */
export function heldAnswer(
  room: StreamLimit,
  { method }: Request,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
): SurfaceResponse {
  if (bytes.length <= smallBytes || method === "HEAD") return { status: 200, headers, bytes };
  const stream = heldStream({ room, first: bytes, next: async () => undefined });
  return new Response(stream, { status: 200, headers });
}

/** The same of a list, as JSON. */
export function heldJson(
  room: StreamLimit,
  request: Request,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): SurfaceResponse {
  const bytes = bytesFromText(`${JSON.stringify(body)}\n`);
  return heldAnswer(room, request, bytes, { "content-type": "application/json", ...headers });
}
