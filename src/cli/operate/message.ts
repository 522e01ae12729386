import { createReadStream } from "node:fs";
import process from "node:process";
import type { Readable } from "node:stream";
import { typeHeader, typeHeaderOf } from "../../http/http-headers.ts";
import { invalid } from "../../internal/assert.ts";
import { bytesFromText, copyOf, joined, textFromBytes } from "../../internal/bytes.ts";
import { reasonOf, show } from "../../internal/show.ts";
import type { KnownType } from "./types.ts";

/** Of a message or a state, as the server takes it by default twice over. */
const mostBytes = 33_554_432;

/** A value as a command names it: itself, `-` for standard input, `@file` for a file. */
export async function bytesOf(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (text === "-") return readAll(process.stdin, "standard input");
  if (!text.startsWith("@")) return copyOf(bytesFromText(text));
  const file = text.slice(1);
  if (file === "") throw invalid("@ must name a file, for example @message.json");
  return readAll(createReadStream(file), `file ${show(file)}`);
}

async function readAll(stream: Readable, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of stream) {
      size += piece.length;
      if (size > mostBytes) throw invalid(`it has more than ${mostBytes} bytes`);
      pieces.push(piece);
    }
  } catch (error) {
    throw invalid(`${what} cannot be read: ${reasonOf(error)}`);
  }
  return joined(pieces) as Uint8Array<ArrayBuffer>;
}

/**
 * The headers that say what these bytes are: text for a `string`, JSON for JSON and the other scalars, else the bytes
 * themselves. Throws `invalid_argument` for JSON that is none.
 */
export function headersOf(type: KnownType | undefined, bytes: Uint8Array, what: string): Headers {
  const headers = new Headers();
  const media = mediaOf(type, bytes);
  headers.set("content-type", media);
  if (type !== undefined && media !== "text/plain") {
    headers.set(typeHeader, typeHeaderOf(type.typename));
  }
  if (media === "application/json") assertJson(bytes, type, what);
  return headers;
}

const media = {
  text: "text/plain",
  json: "application/json",
  bytes: "application/octet-stream",
} as const;

function mediaOf(type: KnownType | undefined, bytes: Uint8Array): string {
  if (type?.kind !== undefined) return media[type.kind];
  // Nothing is known of it: what looks like JSON is.
  if (isJson(bytes)) return media.json;
  return type === undefined ? media.text : media.bytes;
}

/** Whether these bytes are JSON. */
export function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(textFromBytes(bytes));
    return true;
  } catch {
    return false;
  }
}

function assertJson(bytes: Uint8Array, type: KnownType | undefined, what: string): void {
  try {
    JSON.parse(textFromBytes(bytes));
  } catch (error) {
    const name = type === undefined ? "" : ` of ${type.typename}`;
    throw invalid(`${what} must be JSON${name}: ${reasonOf(error)}`);
  }
}
