import { invalid, isRecord } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";

/**
 * Under this name the positions of a store have what was imported into it. It is in no export, and no source can have it: the
 * namespace is the engine's.
 */
export const importSource = "statefun/import";

/** Imports that are remembered, so that one which is repeated does nothing: the last ones. */
const rememberedImports = 32;

/** How far an import has come. It is stored with each of its windows, so each line is written once. */
export interface ImportMark {
  readonly sha256: string;
  /** All lines up to this one are written. */
  readonly line: number;
  /** As it was asked for when it began: half of it so, and half of it otherwise, would be neither. */
  readonly replace: boolean;
  /** What was here before has no greater number, and no greater cell. */
  readonly before: Position;
  readonly cellsBefore: number;
  /** Is added to the numbers of the first partition: those of the import are greater than `offset`, and at most `upTo`. */
  readonly offset: Position;
  readonly upTo: Position;
  /** What it has written is being taken away. @default false */
  readonly isAbandoned?: boolean;
  /** In memory alone: its last window is under way, or is committed already. @default false */
  readonly isWritten?: boolean;
}

export interface ImportMarks {
  /** Digests of complete ones, oldest first. */
  readonly done: readonly string[];
  readonly unfinished: ImportMark | undefined;
}

export function readMarks(store: Pick<Store, "position">): ImportMarks {
  const text = store.position(importSource);
  if (text === undefined) return { done: [], unfinished: undefined };
  try {
    return marksOf(JSON.parse(text));
  } catch (cause) {
    throw new StateFunError("store_failed", "what was imported cannot be read", { cause });
  }
}

export function marksText({ done, unfinished }: ImportMarks): string {
  return JSON.stringify({ done: done.slice(-rememberedImports), unfinished });
}

function marksOf(value: unknown): ImportMarks {
  if (!isRecord(value) || !Array.isArray(value["done"])) throw invalid("no list of digests");
  const done = value["done"].map(String);
  const unfinished: unknown = value["unfinished"];
  if (unfinished === undefined) return { done, unfinished };
  if (!isRecord(unfinished)) throw invalid("no mark of an import");
  const numberOf = (name: string): number => {
    const number = unfinished[name];
    if (!Number.isSafeInteger(number)) throw invalid(`${name} is not a number`);
    return Number(number);
  };
  const mark = {
    sha256: String(unfinished["sha256"]),
    line: numberOf("line"),
    replace: unfinished["replace"] === true,
    before: numberOf("before"),
    cellsBefore: numberOf("cellsBefore"),
    offset: numberOf("offset"),
    upTo: numberOf("upTo"),
    ...(unfinished["isAbandoned"] === true && { isAbandoned: true }),
  };
  return { done, unfinished: mark };
}
