import type { InstanceLine } from "../export-format/records.ts";
import type { StateFunErrorCode } from "../internal/errors.ts";

interface About {
  /** What the request was named, if it was. */
  readonly request?: string;
  readonly function: string;
  readonly id: string;
}

/** The states of an instance, all of them at one moment. */
export interface ExportedRecord {
  readonly kind: "exported";
  readonly request?: string;
  /** Here its states may be empty: the instance has none. */
  readonly instance: InstanceLine;
}

/** A piece of the JSON of an `ExportedRecord` that is too long for one record. */
export interface ExportedPart extends About {
  readonly kind: "exported-part";
  /** Of the whole JSON, in hexadecimal: pieces of two exports do not mix. */
  readonly sha256: string;
  /** From 0 on. */
  readonly part: number;
  readonly parts: number;
  readonly text: string;
}

export interface ImportedRecord extends About {
  readonly kind: "imported";
  /** All that the import had. */
  readonly states: readonly string[];
  /** Those of them that were written. The others had their value already, or have expired. */
  readonly written: readonly string[];
}

/** Nothing has changed. */
export interface RefusedRecord extends About {
  readonly kind: "refused";
  readonly of: "export" | "import";
  readonly code: StateFunErrorCode;
  readonly reason: string;
}

/** What a record of the move says, as JSON in UTF-8. */
export type MoveRecord = ExportedRecord | ExportedPart | ImportedRecord | RefusedRecord;

/** JSON of ASCII alone: a character is a byte, wherever the text is cut. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
