import type { ListedTexts, TextKeys } from "../../internal/listed-texts.ts";
import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
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
  readonly #find: (id: string) => Instance | undefined;
  /** Undefined unless they were listed lately. */
  #listed: ListedTexts | undefined;

  /** `find` gives the instance with an id that is in memory. */
  constructor(find: (id: string) => Instance | undefined) {
    this.#find = find;
  }

  get isWalked(): boolean {
    return this.#walks.length > 0;
  }

  /** One that has got its first message. */
  add(instance: Instance): void {
    instance.place = this.#all.push(instance) - 1;
    if (this.#listed !== undefined) this.#change(this.#listed, instance);
  }

  /** One whose last message is gone. The last instance takes its place. */
  delete(instance: Instance): void {
    const last = this.#all.pop();
    if (last !== undefined && last !== instance) {
      this.#all[instance.place] = last;
      last.place = instance.place;
      // A walk may have been at its new place before.
      for (const { moved } of this.#walks) moved.push(last);
    }
    for (const walk of this.#walks) walk.at = Math.min(walk.at, this.#all.length);
    instance.place = -1;
    if (this.#listed !== undefined) this.#change(this.#listed, instance);
  }

  /** Their ids in order. With `scan` others have their turn first. `list` is loaded with the lists: nothing else needs it. */
  page(want: TextsWant, list: (keys: TextKeys) => ListedTexts): IdsPage {
    this.#listed ??= list(this.#keys());
    return this.#listed.page(want);
  }

  #change(listed: ListedTexts, { address }: Instance): void {
    listed.change(address.id);
    if (!listed.isForgotten) return;
    listed.end();
    this.#listed = undefined;
  }

  #keys(): TextKeys {
    const [all, find] = [this.#all, this.#find];
    return {
      get size() {
        return all.length;
      },
      has: (id: string): boolean => (find(id)?.place ?? -1) >= 0,
      keys: () => this.#ids(),
    };
  }

  *#ids(): Generator<string> {
    for (const { address } of this.walk()) yield address.id;
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
