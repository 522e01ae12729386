import { seeded } from "../../src/testing/random.ts";

/** Every choice of a run: one sequence of numbers, so that the seed alone decides everything. */
export class Dice {
  /** From 0 to 1. */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = seeded(seed);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.random() < probability;
  }

  /** From `least` to `most`, both included. */
  integer(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(values: readonly [T, ...T[]]): T {
    // Floor keeps the index within, and the type says that there is a first one.
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  /** Mostly short, sometimes long: races need both. */
  delayMs(longest: number): number {
    return this.chance(0.3) ? 0 : Math.floor(longest * this.random() ** 4);
  }
}
