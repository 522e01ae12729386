import { moduleInvalid, type Spot } from "./module-error.ts";

/** A module file of a large application has a few thousand values. Aliases of YAML count for what they stand for. */
const maxValues = 100_000;
/** A module file has about ten levels. */
const maxLevels = 64;
/** In characters, 1 MiB: the parser needs some hundred times as much memory. */
export const maxTextLength = 1_048_576;

/** Counts what is read, so that a short text cannot stand for an endless one. */
export interface Budget {
  take(spot: Spot, level: number): void;
}

export function createBudget(): Budget {
  let left = maxValues;
  return {
    take(spot, level) {
      left -= 1;
      if (left < 0) throw moduleInvalid(spot, `expected at most ${maxValues} values, got more`);
      if (level <= maxLevels) return;
      // The path of it would be as long as it is deep.
      const at = { path: "", place: spot.place };
      throw moduleInvalid(at, `expected at most ${maxLevels} levels, got more`);
    },
  };
}
