import { noBytes, sameBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireValue } from "../../model/invocation.ts";
import { noParts, type ValueParts, valueFromParts } from "../dialect.ts";
import { decodeAll, type WireReader } from "../wire-reader.ts";
import { WireWriter } from "../wire-writer.ts";

/** google.protobuf.Any: an empty value is the same as none. */
export function readAny(reader: WireReader, end: number, parts?: ValueParts): ValueParts {
  return readAnyFields(reader, reader.fieldEnd(end), parts);
}

function readAnyFields(reader: WireReader, end: number, parts = noParts()): ValueParts {
  parts.hasValue = true;
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) parts.typename = reader.text(end);
    else if (tag === 0x12) parts.bytes = reader.slice(end);
    else reader.skip(tag, end);
  }
  return parts;
}

export function writeAny(writer: WireWriter, tag: number, value: WireValue): void {
  if (value.headers.length > 0) {
    throw new StateFunError("unsupported_by_wire", "wire v2 cannot carry headers of a message");
  }
  writeAnyFields(writer.begin(tag), value).end();
}

function writeAnyFields(writer: WireWriter, { typename, bytes = noBytes }: WireValue): WireWriter {
  return writer.text(0x0a, typename).bytes(0x12, bytes);
}

/** A serialized Any, and the reverse, which throws on what is none. */
export function bytesFromAny(value: WireValue): Uint8Array {
  return writeAnyFields(new WireWriter(), value).finish();
}

export function anyFromBytes(bytes: Uint8Array): WireValue {
  return valueFromParts(decodeAll(bytes, (reader, end) => readAnyFields(reader, end)));
}

/** A state is opaque bytes on this wire: of several occurrences the last one counts. */
export function readStateBytes(
  reader: WireReader,
  end: number,
  parts: ValueParts = noParts(),
): ValueParts {
  parts.bytes = reader.slice(end);
  return parts;
}

/**
 * The Python SDK stores a serialized Any in a state, and so do we: such bytes read as a value with the
 * Any's type. Any other bytes read as a value without a typename that holds them as they are, and are
 * written back as they were. An empty value and none are the same bytes to a runtime.
 */
export function stateFromParts({ bytes }: ValueParts): WireValue | undefined {
  if (bytes.length === 0) return undefined;
  try {
    const value = anyFromBytes(bytes);
    if (value.typename !== "" && sameBytes(bytesFromAny(value), bytes)) return value;
  } catch {
    // Not an Any: bytes of somebody else, which may be overwritten without being read.
  }
  return { typename: "", bytes, headers: [] };
}

export function writeStateBytes(writer: WireWriter, tag: number, value: WireValue): void {
  if (value.typename === "") writer.bytes(tag, value.bytes ?? noBytes);
  else writeAny(writer, tag, value);
}
