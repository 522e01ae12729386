/** What `runtime.export` gives. */
export interface ExportOptions {
  /**
   * Whether values are written as JSON too, beside their bytes, where their type is bound and can be.
   * @default true: an export that can be read is worth its size; `false` is about twice as fast
   */
  readonly values?: boolean;
}

export interface ImportOptions {
  /**
   * What becomes of an instance that is here already, or of a key or a position. `false` refuses the export before
   * anything is changed. `true` puts what the export says of it in its place: states, waiting messages and timers of its own.
   * @default false: data is not overwritten unless asked for
   */
  readonly replace?: boolean;
  /**
   * The longest line that is read, in bytes: memory is needed for a line.
   * @default 268,435,456 (256 MiB): more than a state of the largest size has in base64
   */
  readonly maxLineBytes?: number;
  /** Called about ten times a second. What it throws ends the import. @default no calls */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends it: it rejects with the reason of the signal. Once records are written, repeat it to complete it. @default it runs to its end */
  readonly signal?: AbortSignal;
}

export interface ImportProgress {
  /** First the whole export is read and checked, then it is written. */
  readonly phase: "check" | "write";
  readonly lines: number;
  readonly bytes: number;
}

export type { ImportSummary } from "../model/moved-counts.ts";
