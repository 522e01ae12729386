import type { WireValue } from "../model/invocation.ts";
import type { ProtocolFeatures } from "./codec.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** What the two wires do differently. The messages around the values have the same field numbers. */
export interface Dialect {
  readonly name: "v2" | "v3";
  readonly features: ProtocolFeatures;
  /** Reads a length and the value behind it; `before` is an earlier occurrence to merge with. */
  readValue(reader: WireReader, end: number, before?: WireValue): WireValue;
  /** Writes the value as a field. */
  writeValue(writer: WireWriter, tag: number, value: WireValue): void;
  /** The same for a value of a state. */
  readState(reader: WireReader, end: number, before?: WireValue): WireValue;
  writeState(writer: WireWriter, tag: number, value: WireValue): void;
}

/** What an absent sub-message reads as. */
export const absentValue: WireValue = { typename: "", bytes: undefined, headers: [] };

/** Writes an argument, and nothing for an absent one. */
export function writeArgument(
  { writeValue }: Dialect,
  writer: WireWriter,
  tag: number,
  value: WireValue,
): void {
  const { typename, bytes, headers } = value;
  if (typename !== "" || bytes !== undefined || headers.length > 0) writeValue(writer, tag, value);
}
