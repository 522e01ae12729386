import type { PendingMessage } from "../commit/pending-message.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { Queue } from "../mailboxes/queue.ts";

/** Places for messages of which any may be the cause, and the instances whose head waits for one. */
export class Pool {
  readonly places: number;
  taken = 0;
  readonly #order: ((one: Instance, other: Instance) => number) | undefined;
  readonly #waiting = new Set<Instance>();
  #queue = new Queue<Instance>();
  #isSorted = true;

  /** Instances get their places in the order in which they ask, or in one that does not change while they wait. */
  constructor(places: number, order?: (one: Instance, other: Instance) => number) {
    this.places = places;
    this.#order = order;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** One that waits already keeps its turn. */
  add(instance: Instance): void {
    if (this.#waiting.has(instance)) return;
    this.#waiting.add(instance);
    this.#queue.push(instance);
    this.#isSorted = false;
  }

  /** The one whose turn it is. */
  take(): Instance | undefined {
    if (this.#order !== undefined && !this.#isSorted) this.#sort(this.#order);
    const instance = this.#queue.shift();
    if (instance !== undefined) this.#waiting.delete(instance);
    return instance;
  }

  #sort(order: (one: Instance, other: Instance) => number): void {
    const sorted = [...this.#queue].sort(order);
    this.#queue = new Queue();
    for (const instance of sorted) this.#queue.push(instance);
    this.#isSorted = true;
  }
}

/** The more crashes, the sooner it is found out. */
export function byCrashes(one: Instance, other: Instance): number {
  return (other.mailbox.at(0)?.crashes ?? 0) - (one.mailbox.at(0)?.crashes ?? 0);
}

export interface Lot {
  readonly pool: Pool;
  readonly members: Map<PendingMessage, Member>;
  /** That they run survives a crash. */
  isStored: boolean;
  cancel: () => void;
}

export interface Member {
  readonly instance: Instance;
  /** Its crashes before it got its place. */
  readonly before: number;
  /** A step with it has started. */
  isRunning: boolean;
}
