import { compareTexts } from "../../internal/text-order.ts";
import type { TextsWant } from "../contract/address-reads.ts";

/** Gathers the first ones of many texts, each once, in order. */
export class FirstTexts {
  readonly #want: TextsWant;
  readonly #all: string[] = [];

  constructor(want: TextsWant) {
    this.#want = want;
  }

  /** In order; as many as are wanted mean that there may be more. */
  get all(): readonly string[] {
    return this.#all;
  }

  get isFull(): boolean {
    return this.#all.length === this.#want.limit;
  }

  add(text: string): void {
    const { prefix, after } = this.#want;
    // Most come too late.
    const last = this.isFull ? this.#all[this.#all.length - 1] : undefined;
    if (last !== undefined && compareTexts(text, last) >= 0) return;
    if (!text.startsWith(prefix)) return;
    if (after !== undefined && compareTexts(text, after) <= 0) return;
    const at = this.#placeOf(text);
    if (this.#all[at] === text) return;
    if (this.isFull) this.#all.pop();
    this.#all.splice(at, 0, text);
  }

  #placeOf(text: string): number {
    let [low, high] = [0, this.#all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareTexts(this.#all[middle] ?? "", text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
