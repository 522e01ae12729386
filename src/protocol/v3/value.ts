import { noBytes } from "../../internal/bytes.ts";
import type { WireHeader, WireValue } from "../../model/invocation.ts";
import { noParts, type ValueParts } from "../dialect.ts";
import type { WireReader } from "../wire-reader.ts";
import type { WireWriter } from "../wire-writer.ts";

/** io.statefun.sdk.reqreply.TypedValue, with the metadata of the KZM fork as headers. */
export function readTypedValue(
  reader: WireReader,
  outerEnd: number,
  parts: ValueParts = noParts(),
): ValueParts {
  const end = reader.fieldEnd(outerEnd);
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) parts.typename = reader.text(end);
    else if (tag === 0x10) parts.hasValue = reader.varint() > 0;
    else if (tag === 0x1a) parts.bytes = reader.slice(end);
    else if (tag === 0x22) parts.headers.push(readHeader(reader, end));
    else reader.skip(tag, end);
  }
  return parts;
}

export function writeTypedValue(writer: WireWriter, tag: number, value: WireValue): void {
  writer.begin(tag).text(0x0a, value.typename);
  if (value.text) writer.varint(0x10).varint(1).begin(0x1a).text(0x0a, value.text).end();
  else if (value.utf8) writer.varint(0x10).varint(1).text(0x1a, value.utf8);
  else if (value.bytes !== undefined) writer.varint(0x10).varint(1).bytes(0x1a, value.bytes);
  for (const header of value.headers) writeHeader(writer, header);
  writer.end();
}

/** Metadata of a message and Header of a Kafka record have the same fields. */
export function readHeader(reader: WireReader, outerEnd: number): WireHeader {
  reader.count("maxHeaders");
  const end = reader.fieldEnd(outerEnd);
  let key = "";
  let value: Uint8Array = noBytes;
  let hasValue = false;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) key = reader.text(end);
    else if (tag === 0x12) value = reader.slice(end);
    else if (tag === 0x18) hasValue = reader.varint() > 0;
    else reader.skip(tag, end);
  }
  return { key, value: hasValue ? value : undefined };
}

/** Field 4, in a value and in a Kafka record. */
export function writeHeader(writer: WireWriter, { key, value }: WireHeader): void {
  writer.begin(0x22).text(0x0a, key);
  if (value !== undefined) writer.bytes(0x12, value).varint(0x18).varint(1);
  writer.end();
}
