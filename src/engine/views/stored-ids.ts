import type { IdsPage, TextsWant } from "../contract/address-reads.ts";
import type { Partition } from "../partition.ts";

const nothing: IdsPage = { ids: [], isEnd: true };

/** Ids of a function with a state, and those with a timer, as a store has them. */
export class StoredIds {
  readonly #partition: Partition;
  readonly #typename: string;
  readonly #want: TextsWant;
  #states: IdsPage | undefined;
  #owners: IdsPage | undefined;

  constructor(partition: Partition, want: TextsWant & { readonly typename: string }) {
    this.#partition = partition;
    this.#typename = want.typename;
    this.#want = want;
  }

  get pages(): readonly IdsPage[] {
    return [this.#states ?? nothing, this.#owners ?? nothing];
  }

  /** False: it takes longer. Call it again, when others have had their turn. */
  read(): boolean {
    if (isMore(this.#states)) this.#states = this.#withStates(this.#states?.scan);
    if (isMore(this.#states)) return false;
    if (isMore(this.#owners)) this.#owners = this.#withTimers(this.#owners?.scan);
    return !isMore(this.#owners);
  }

  #withStates(scan?: object): IdsPage {
    // Of a store without lists only what is in memory is known.
    return this.#lists()?.withStates(this.#typename, this.#want, scan) ?? nothing;
  }

  /** Owners are addresses, or ids alone where tokens belong to those. */
  #withTimers(scan?: object): IdsPage {
    const start = this.#partition.timers.ownerOf({ typename: this.#typename, id: "" });
    const { prefix, after, limit } = this.#want;
    const behind = after === undefined ? undefined : start + after;
    const page = this.#lists()?.owners({ prefix: start + prefix, after: behind, limit }, scan);
    return page === undefined
      ? nothing
      : { ...page, ids: page.ids.map((owner) => owner.slice(start.length)) };
  }

  #lists() {
    const { journal, options } = this.#partition;
    if (journal.isStopped) throw journal.failure;
    return options.store.addresses;
  }
}

function isMore(page: IdsPage | undefined): boolean {
  return page === undefined || page.scan !== undefined;
}
