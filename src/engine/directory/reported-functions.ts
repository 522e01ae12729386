import { isRecord } from "../../internal/assert.ts";
import { isText } from "../../model/guards.ts";

/** Functions of an engine whose addresses stand in the directory, all or some of them. */
export interface Reported {
  /** All that have a state are in the directory. */
  readonly complete: Set<string>;
  /** Some may be: that one is gone is said for these too. */
  readonly partial: Set<string>;
}

export function reportedFromText(text: string | undefined): Reported {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "{}");
  } catch {
    stored = undefined;
  }
  const { complete, partial } = isRecord(stored) ? stored : {};
  return { complete: namesOf(complete), partial: namesOf(partial) };
}

export function textOfReported({ complete, partial }: Reported): string {
  return JSON.stringify({ complete: [...complete], partial: [...partial] });
}

/** What cannot be read counts as not reported: it is reported again. */
function namesOf(value: unknown): Set<string> {
  return new Set(Array.isArray(value) ? value.filter(isText) : []);
}
