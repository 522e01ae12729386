/** A table whose names come from outside: of more than `most` those that were used least recently are forgotten. */
export class RecentlyUsed<T> {
  readonly #most: number;
  readonly #mayGo: (value: T) => boolean;
  readonly #values = new Map<string, T>();

  /** One that may not go stays, whatever its turn is. */
  constructor(most: number, mayGo: (value: T) => boolean) {
    this.#most = most;
    this.#mayGo = mayGo;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: string): T | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    // The order of a map is that of insertion.
    this.#values.delete(name);
    this.#values.set(name, value);
    return value;
  }

  set(name: string, value: T): void {
    this.#values.set(name, value);
    if (this.#values.size <= this.#most) return;
    let left = 16;
    for (const [other, old] of this.#values) {
      if (left-- === 0) return;
      if (other !== name && this.#mayGo(old)) {
        this.#values.delete(other);
        return;
      }
    }
  }

  values(): Iterable<T> {
    return this.#values.values();
  }
}
