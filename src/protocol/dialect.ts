import { noBytes } from "../internal/bytes.ts";
import type { WireHeader, WireValue } from "../model/invocation.ts";
import type { ProtocolFeatures } from "./codec.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** A value while it is read. Singular messages merge, so its fields may come in several parts. */
export interface ValueParts {
  typename: string;
  hasValue: boolean;
  bytes: Uint8Array;
  readonly headers: WireHeader[];
}

/** What the two wires do differently. The messages around the values have the same field numbers. */
export interface Dialect {
  readonly name: "v2" | "v3";
  readonly features: ProtocolFeatures;
  /** Reads a length and the value behind it, and adds what it says. */
  readValue(reader: WireReader, end: number, parts?: ValueParts): ValueParts;
  /** Writes the value as a field. */
  writeValue(writer: WireWriter, tag: number, value: WireValue): void;
  /** The same for a value of a state. */
  readState(reader: WireReader, end: number, parts?: ValueParts): ValueParts;
  stateFromParts(parts: ValueParts): WireValue | undefined;
  writeState(writer: WireWriter, tag: number, value: WireValue): void;
}

export function noParts(): ValueParts {
  return { typename: "", hasValue: false, bytes: noBytes, headers: [] };
}

/** Without parts, what an absent sub-message reads as. */
export function valueFromParts(
  { typename, hasValue, bytes, headers }: ValueParts = noParts(),
): WireValue {
  return { typename, bytes: hasValue ? bytes : undefined, headers };
}

/** Writes an argument, and nothing for an absent one. */
export function writeArgument(
  { writeValue }: Dialect,
  writer: WireWriter,
  tag: number,
  value: WireValue,
): void {
  // Asked for last, since bytes may be made only then.
  if (value.typename !== "" || value.headers.length > 0 || value.bytes !== undefined) {
    writeValue(writer, tag, value);
  }
}
