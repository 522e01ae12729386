import type { WireValue } from "../model/invocation.ts";
import type { ProtocolFeatures } from "./codec.ts";
import type { WireReader } from "./wire-reader.ts";
import type { WireWriter } from "./wire-writer.ts";

/** What the two wires do differently. The messages around the values have the same field numbers. */
export interface Dialect {
  readonly name: "v2" | "v3";
  readonly features: ProtocolFeatures;
  /** Reads a length and the value behind it; `before` is an earlier occurrence to merge with. */
  readValue(reader: WireReader, end: number, before: WireValue | undefined): WireValue;
  /** Writes the value as a field. */
  writeValue(writer: WireWriter, tag: number, value: WireValue): void;
  /** The same for a value of a state. */
  readState(reader: WireReader, end: number, before: WireValue | undefined): WireValue;
  writeState(writer: WireWriter, tag: number, value: WireValue): void;
  /** The name that an egress record of the model has on this wire. */
  recordName(typename: string): string;
}

/** What an absent sub-message reads as. */
export const absentValue: WireValue = { typename: "", bytes: undefined, headers: [] };

/** Writes an argument, and nothing for an absent one. */
export function writeArgument(
  dialect: Dialect,
  writer: WireWriter,
  tag: number,
  value: WireValue,
): void {
  if (value.typename !== "" || value.bytes !== undefined || value.headers.length > 0) {
    dialect.writeValue(writer, tag, value);
  }
}
