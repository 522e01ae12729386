/** The items of every queue that is empty. */
const none: never[] = [];

/** First in, first out, in constant time whatever its length. An empty one takes next to no memory. */
export class Queue<T> {
  #items: (T | undefined)[] = none;
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  push(item: T): void {
    // An array with room for one.
    if (this.#tail === 0) this.#items = [item];
    // What was taken leaves room at the front, which is used again before the array grows.
    else if (this.#head > 1_024 && this.#head * 2 > this.#tail) this.#moveUp();
    this.#items[this.#tail++] = item;
  }

  /** Puts one before that with this index. */
  insert(index: number, item: T): void {
    this.#items.splice(this.#head + index, 0, item);
    this.#tail++;
  }

  at(index: number): T | undefined {
    return index < this.length ? this.#items[this.#head + index] : undefined;
  }

  shift(): T | undefined {
    if (this.#head === this.#tail) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#tail) {
      this.#items = none;
      this.#head = this.#tail = 0;
    }
    return item;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (let index = this.#head; index < this.#tail; index++) {
      const item = this.#items[index];
      if (item !== undefined) yield item;
    }
  }

  #moveUp(): void {
    const { length } = this;
    this.#items.copyWithin(0, this.#head, this.#tail);
    this.#items.length = length;
    this.#head = 0;
    this.#tail = length;
  }
}
