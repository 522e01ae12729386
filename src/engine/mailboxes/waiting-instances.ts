import type { Instance } from "./instance.ts";

/** A look at all of them, between whose steps others come and go. */
interface Walk {
  /** How many places have been looked at. */
  at: number;
  /** Those that have moved into a place meanwhile. */
  readonly moved: Instance[];
}

/**
 * The instances of a function that have a message, in no order. That is kept up all the time, because it takes a few
 * nanoseconds; what is in order is made when somebody looks.
 */
export class WaitingInstances {
  readonly #all: Instance[] = [];
  readonly #walks: Walk[] = [];
  /** Hears of those that come and go, while somebody lists them in order (`../views/waiting-ids.ts`). */
  onChange: ((id: string) => void) | undefined;

  get size(): number {
    return this.#all.length;
  }

  get isWalked(): boolean {
    return this.#walks.length > 0;
  }

  /** One that has got its first message. */
  add(instance: Instance): void {
    instance.place = this.#all.push(instance) - 1;
    this.onChange?.(instance.address.id);
  }

  /** One whose last message is gone. The last instance takes its place. */
  delete(instance: Instance): void {
    const last = this.#all.pop();
    const isMoved = last !== undefined && last !== instance;
    if (isMoved) {
      this.#all[instance.place] = last;
      last.place = instance.place;
    }
    if (this.#walks.length > 0) {
      // A walk may have been at its new place before.
      if (isMoved) for (const { moved } of this.#walks) moved.push(last);
      for (const walk of this.#walks) walk.at = Math.min(walk.at, this.#all.length);
    }
    instance.place = -1;
    this.onChange?.(instance.address.id);
  }

  /**
   * Gives each that is there when the walk ends, whatever has come and gone meanwhile. May give one twice, and one that no
   * longer waits.
   */
  *walk(): Generator<Instance> {
    const walk: Walk = { at: 0, moved: [] };
    this.#walks.push(walk);
    try {
      for (let seen = 0; ; ) {
        const isMoved = walk.at === this.#all.length;
        const next = isMoved ? walk.moved[seen] : this.#all[walk.at];
        if (next === undefined) return;
        if (isMoved) seen += 1;
        else walk.at += 1;
        yield next;
      }
    } finally {
      this.#walks.splice(this.#walks.indexOf(walk), 1);
    }
  }
}
