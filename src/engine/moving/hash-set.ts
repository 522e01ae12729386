/**
 * Whether a text has come before, by 53 bits of its hash: 16 bytes for a text, whatever its length. Two of a million texts have the same
 * hash once in about 20,000 times, and each set has hashes of its own, so nobody can make two texts that have.
 */
export class HashSet {
  readonly #first: number;
  readonly #second: number;
  #slots = new Float64Array(64);
  #size = 0;

  /** `random` is from 0 to 1. */
  constructor(random: () => number) {
    this.#first = Math.floor(random() * 2 ** 32) | 1;
    this.#second = Math.floor(random() * 2 ** 32) | 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether it is a new one. */
  add(text: string): boolean {
    const slot = this.#slotOf(this.#hash(text));
    if (slot === undefined) return false;
    if (2 * ++this.#size > this.#slots.length) this.#grow();
    return true;
  }

  /** Puts it into a free slot; undefined where it is in one. */
  #slotOf(hash: number): number | undefined {
    const slots = this.#slots;
    let slot = hash % slots.length;
    while (slots[slot] !== 0) {
      if (slots[slot] === hash) return undefined;
      slot = (slot + 1) % slots.length;
    }
    slots[slot] = hash;
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(2 * old.length);
    for (const hash of old) if (hash !== 0) this.#slotOf(hash);
  }

  /** From 1 on: 0 is a free slot. */
  #hash(text: string): number {
    let [low, high] = [this.#first, this.#second];
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      low = Math.imul(low ^ code, 0x85ebca6b);
      low ^= low >>> 13;
      high = Math.imul(high ^ code, 0xc2b2ae35);
      high ^= high >>> 16;
    }
    return (low >>> 0) * 2 ** 21 + ((high >>> 0) >>> 11) + 1;
  }
}
