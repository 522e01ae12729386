import { isWellFormed } from "../internal/assert.ts";
import { bytesFromText, textFromBytes } from "../internal/bytes.ts";
import { WireReader } from "../protocol/wire-reader.ts";
import { damaged } from "./object/object-errors.ts";

/** Reads what is stored as protobuf (proto/store/records.proto). What is none of it is damage, of any bytes. */
export function readStored<T>(bytes: Uint8Array, read: (reader: WireReader, end: number) => T): T {
  try {
    return read(new WireReader(bytes, {}), bytes.length);
  } catch (error) {
    // The reader's own, which says nothing of a store.
    throw error instanceof RangeError ? damaged("message", bytes) : error;
  }
}

/** A text that has UTF-8. What people throw may have half a character in it, and is kept with a mark in its place. */
export function storableText(text: string): string {
  return isWellFormed(text) ? text : textFromBytes(bytesFromText(text));
}
