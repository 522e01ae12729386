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
  return Number(BigInt.asIntN(32, int64(reader)));
}

/** Sixty-four bits are checked, never rounded. */
export function safeInteger(reader: WireReader): number {
  const value = int64(reader);
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new RangeError(`${value} is beyond the safe integers`);
}

function int64(reader: WireReader): bigint {
  const from = reader.position;
  reader.varint();
  let value = 0n;
  for (let at = reader.position - 1; at >= from; at--) {
    value = value * 128n + BigInt((reader.bytes[at] ?? 0) % 128);
  }
  return BigInt.asIntN(64, value);
}
