import type { WireHeader } from "../model/invocation.ts";
import type { WireReader } from "../protocol/wire-reader.ts";
import { WireWriter } from "../protocol/wire-writer.ts";
import { readStored, storableText } from "./stored-bytes.ts";

/**
 * Headers as they are stored, the messages Headers and Header of proto/store/records.proto. A field is left out where
 * it has no value.
 *
 * | message | field | tag | what |
 * |---|---|---|---|
 * | Headers | 1 | 0x0a | a Header, once for each |
 * | Header | 1 | 0x0a | its key; without it the empty one |
 * | Header | 2 | 0x12 | its value; without it the null value |
 */

/** Undefined if there are none, as nearly always. */
export function bytesFromHeaders(headers: readonly WireHeader[]): Uint8Array | undefined {
  if (headers.length === 0) return undefined;
  const writer = new WireWriter();
  for (const { key, value } of headers) {
    writer.begin(0x0a).text(0x0a, storableText(key));
    // An empty value is not the null value.
    if (value !== undefined) writer.varint(0x12).varint(value.length).raw(value);
    writer.end();
  }
  return writer.finish();
}

/** Throws for bytes that were not written so. */
export function headersFromBytes(bytes: Uint8Array | undefined): WireHeader[] {
  return bytes === undefined ? [] : readStored(bytes, readHeaders);
}

/** The same, from the reader's position to `end`. */
export function readHeaders(reader: WireReader, end: number): WireHeader[] {
  const headers: WireHeader[] = [];
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) headers.push(readHeader(reader, reader.fieldEnd(end)));
    else reader.skip(tag, end);
  }
  return headers;
}

function readHeader(reader: WireReader, end: number): WireHeader {
  let key = "";
  let value: Uint8Array | undefined;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) key = reader.text(end);
    else if (tag === 0x12) value = reader.slice(end).slice();
    else reader.skip(tag, end);
  }
  return { key, value };
}
