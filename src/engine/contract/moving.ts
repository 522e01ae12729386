import type { WireAddress, WireValue } from "../../model/invocation.ts";
import type { PausedRecord } from "./actions.ts";
import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  Position,
  TimerRecord,
} from "./records.ts";

/** What an export says of one thing. Numbers are those of its partition. */
export type ImportedThing =
  /** What follows is of another store, whose numbers go up to this one. */
  | { readonly kind: "partition"; readonly lastNumber: Position }
  | { readonly kind: "pause"; readonly record: PausedRecord }
  /** Some of the states of an instance; others of the same may follow at once. */
  | {
      readonly kind: "instance";
      readonly address: WireAddress;
      readonly states: ReadonlyMap<
        string,
        { readonly value: WireValue; readonly expiresAt: number | undefined }
      >;
    }
  | { readonly kind: "message"; readonly record: MessageRecord }
  | { readonly kind: "timer"; readonly record: TimerRecord }
  | { readonly kind: "record"; readonly record: EgressRow }
  | { readonly kind: "dead-letter"; readonly record: DeadRecord }
  | { readonly kind: "key"; readonly record: AcceptedRecord }
  | { readonly kind: "position"; readonly source: string; readonly position: string };

export interface ImportedLine {
  /** Where it stands in the export, for errors: the first line is 1. Ascending. */
  readonly line: number;
  readonly thing: ImportedThing;
}

/** An export that was read to its end, and found to be whole, in order and sound (`moving/sound-import.ts`): it can be read again and again. */
export interface ImportSource {
  /** Names it. */
  readonly sha256: string;
  /** Engine time of what it was made of. */
  readonly time: number;
  /** How many partitions it has, and the sum of their last numbers. */
  readonly partitions: number;
  readonly numbers: number;
  /** How many it has of what is looked for where there is nothing else to look for. */
  readonly pauses: number;
  readonly positions: number;
  readonly calls: number;
  /** All of its lines but the first and the last, a few at a time. */
  read(): AsyncIterable<readonly ImportedLine[]>;
}

export interface ImportWant {
  readonly source: ImportSource;
  /** Puts what is in the export in the place of what is here. */
  readonly replace: boolean;
  /** Nothing is changed: it is only looked whether it could be imported. */
  readonly isDryRun: boolean;
  /** Ends it: it rejects with the reason. */
  readonly signal: AbortSignal;
  /** Called with the number of the line that was read. What it throws ends the import. */
  readonly onLine: (phase: "check" | "write", line: number) => void;
}

/** How far an import has come that is not complete. */
export interface UnfinishedImport {
  readonly sha256: string;
  readonly line: number;
}
