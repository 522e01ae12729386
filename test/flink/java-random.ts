/** Numbers as `java.util.Random` gives them for a seed, so that both sides make up the same program. */
export class JavaRandom {
  // The 48 bits of its state, in halves: a product of two of them is still exact.
  #high: number;
  #low: number;

  constructor(seed: bigint) {
    const state = (seed ^ 0x5deece66dn) & 0xffff_ffff_ffffn;
    this.#high = Number(state >> 24n);
    this.#low = Number(state & 0xff_ffffn);
  }

  /** From 0 to below `bound`, as Random.nextInt. */
  below(bound: number): number {
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * this.#next()) / 2 ** 31);
    for (;;) {
      const bits = this.#next();
      const value = bits % bound;
      // The last numbers, of which there are not enough for every value, are thrown again.
      if (bits - value + bound - 1 < 2 ** 31) return value;
    }
  }

  #next(): number {
    const low = this.#low * 0xece66d + 0xb;
    const high = this.#high * 0xece66d + this.#low * 0x5de + Math.floor(low / 2 ** 24);
    this.#low = low % 2 ** 24;
    this.#high = high % 2 ** 24;
    return this.#high * 2 ** 7 + (this.#low >>> 17);
  }
}
