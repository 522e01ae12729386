import { isRecord } from "../../internal/assert.ts";
import { isText } from "../../model/guards.ts";

/** Which functions of an engine the directory was told of. */
export interface Told {
  /** All that have a state are in the directory. */
  readonly complete: Set<string>;
  /** Some may be: that one is gone is said for these too. */
  readonly partial: Set<string>;
}

export function toldOfText(text: string | undefined): Told {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? "{}");
  } catch {
    stored = undefined;
  }
  const { complete, partial } = isRecord(stored) ? stored : {};
  return { complete: namesOf(complete), partial: namesOf(partial) };
}

export function textOfTold({ complete, partial }: Told): string {
  return JSON.stringify({ complete: [...complete], partial: [...partial] });
}

/** What cannot be read was not told: it is told again. */
function namesOf(value: unknown): Set<string> {
  return new Set(Array.isArray(value) ? value.filter(isText) : []);
}
