/**
 * What is moved from one engine to another: the kinds of an export's lines in their order within a partition, with the names of their
 * counts. The order of lines, the counts of an export, the summary of an import and its description over HTTP come from here.
 */
export const countOfKind = {
  pause: "pauses",
  instance: "instances",
  message: "messages",
  timer: "timers",
  record: "records",
  "dead-letter": "deadLetters",
  key: "keys",
  position: "positions",
} as const;

export type MovedKind = keyof typeof countOfKind;

/** How many there are of each; instances are counted once, however many lines they have. */
export type MovedCounts = { readonly [name in (typeof countOfKind)[MovedKind]]: number };

/** The names of all counts. */
export function movedCountNames(): readonly (keyof MovedCounts)[] {
  return Object.values(countOfKind);
}

/** What an import has brought. */
export interface ImportSummary extends MovedCounts {
  /** The digest by which the export is known. */
  readonly sha256: string;
  /** It was imported before, and nothing has been done now. */
  readonly isDuplicate: boolean;
}
