import type { MissingValue } from "../model/outcome.ts";
import type { WireReader } from "./wire-reader.ts";
import { expirationModes } from "./write-response.ts";

/** IncompleteInvocationContext: adds what it lists to `missing`. */
export function readMissing(reader: WireReader, outerEnd: number, missing: MissingValue[]): void {
  const end = reader.fieldEnd(outerEnd);
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) missing.push(readSpec(reader, end));
    else reader.skip(tag, end);
  }
}

function readSpec(reader: WireReader, outerEnd: number): MissingValue {
  reader.count("maxStates");
  const end = reader.fieldEnd(outerEnd);
  let name = "";
  let typename = "";
  const expiration = { mode: 0, afterMs: 0 };
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) name = reader.text(end);
    else if (tag === 0x12) readExpiration(reader, end, expiration);
    else if (tag === 0x1a) typename = reader.text(end);
    else reader.skip(tag, end);
  }
  // A mode that it does not know is none to every runtime.
  const mode = expirationModes[expiration.mode] ?? "none";
  return {
    name,
    typename,
    expiration: { mode, afterMs: mode === "none" ? 0 : expiration.afterMs },
  };
}

function readExpiration(
  reader: WireReader,
  outerEnd: number,
  into: { mode: number; afterMs: number },
): void {
  const end = reader.fieldEnd(outerEnd);
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x08) into.mode = int32(reader);
    else if (tag === 0x10) into.afterMs = safeInteger(reader);
    else reader.skip(tag, end);
  }
}

/** The low 32 bits of a varint, as protobuf reads an enum. */
export function int32(reader: WireReader): number {
  return signed(reader, (rest, part) => (rest << 7) | part);
}

/** Sixty-four bits are checked, never rounded. */
export function safeInteger(reader: WireReader): number {
  const value = signed(reader, (rest, part) => rest * 128 + part);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`${value} is beyond the safe integers`);
}

/** A varint from its end on, so that no step is further from zero than the result. */
function signed(reader: WireReader, add: (rest: number, part: number) => number): number {
  const from = reader.position;
  reader.varint();
  let value = 0;
  for (let at = reader.position - 1; at >= from; at--) {
    const byte = reader.bytes[at] ?? 0;
    // The tenth byte has the sign alone.
    value = add(value, at - from === 9 ? -(byte & 1) : byte & 127);
  }
  return value;
}
