import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { varintOf } from "./soup.ts";

/**
 * The message without the known fields whose wire type is not theirs: those are unknown fields to
 * protobuf (and to Java, Go, C++ and Python), but the generated parser reads them by the schema's type
 * whatever the tag says, the length of a string as a bool for instance.
 */
export function wellTyped(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  const fields = new Map(schema.fields.map((field) => [field.number, field]));
  const reader = new BinaryReader(bytes);
  const kept: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    const behindTag = reader.pos;
    const data = reader.skip(wireType, number);
    const field = fields.get(number);
    if (field !== undefined && wireTypeOf(field) !== wireType) continue;
    if (field?.message === undefined) {
      kept.push(bytes.subarray(start, reader.pos));
      continue;
    }
    const content = new BinaryReader(data).bytes();
    const inner = wellTyped(field.message, content);
    kept.push(bytes.subarray(start, behindTag), varintOf(inner.length), inner);
  }
  return new Uint8Array(Buffer.concat(kept));
}

function wireTypeOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  const isDelimited = field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES;
  return isDelimited ? WireType.LengthDelimited : WireType.Varint;
}
