import { drainedMs, silentMs } from "../../engine/contract/links.ts";
import {
  accepted,
  egress,
  expiring,
  kept,
  linkIn,
  linkOut,
  message,
  state,
  timer,
  reported,
} from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/**
 * How long after a window an object is woken that still has something to do. While it lives it goes on by itself: this is for
 * one that has died. An alarm that is not needed costs a request, and it should find the object in memory still, which the
 * platform evicts after ten seconds of rest. Under load it is set once in so long a time.
 */
export const soonMs = 6_000;

/**
 * What stands in the way of forgetting an object at a time, by kind, and for how long after the time of the row. A sender
 * that has forgotten a link takes a later epoch: so much later that no clock that is set back makes it the same.
 */
const memories: readonly (readonly [kind: number, forMs: number])[] = [
  [expiring, 0],
  [accepted, 0],
  [kept, 0],
  [linkIn, silentMs],
  [linkOut, drainedMs],
];

/** The kinds up to here stand in the way for ever: those that only later versions have, too. */
const lastLasting = 23;

/** Whether anything is left to do or to remember. */
export class Retention {
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;

  constructor(rows: ObjectRows, times: ObjectTimes) {
    this.#rows = rows;
    this.#times = times;
  }

  /** `isSent`: what is left in the outboxes was acknowledged. */
  isForgettable(time: number, isSent: boolean = false): boolean {
    if (this.#hasWork(isSent) || this.#rows.has(timer, timer) || this.#isLasting()) return false;
    return (this.#forgetAt() ?? 0) <= time;
  }

  /** The time from which on nothing is remembered; undefined where that is always so. */
  get forgettableFrom(): number | undefined {
    return this.#forgetAt();
  }

  /** When the object has to be woken, if nothing comes before. `isUsed`: it ever had something. `isSent` as above, `isRepeatedBySenders` as in a window. */
  nextWake(
    time: number,
    isUsed: boolean,
    {
      isSent = false,
      isRepeatedBySenders = false,
    }: { readonly isSent?: boolean; readonly isRepeatedBySenders?: boolean } = {},
  ): number | undefined {
    const due = this.#times.first(timer);
    if (!isRepeatedBySenders && this.#hasWork(isSent))
      return Math.min(due ?? Number.POSITIVE_INFINITY, time + soonMs);
    if (due !== undefined) return due;
    if (this.#isLasting()) return undefined;
    const forgetAt = this.#forgetAt() ?? (isUsed ? time : undefined);
    // An object that may go now goes when it is left alone.
    return forgetAt === undefined ? undefined : Math.max(forgetAt, time + soonMs);
  }

  /** When the first timer is due. */
  get nextTimer(): number | undefined {
    return this.#times.first(timer);
  }

  #hasWork(isSent: boolean): boolean {
    if (!isSent) return this.#rows.has(message, egress);
    return this.#rows.has(message, message) || this.#rows.has(egress, egress);
  }

  #isLasting(): boolean {
    return this.#rows.has(state, reported - 1) || this.#rows.has(reported + 1, lastLasting);
  }

  /** The time from which on nothing is remembered that ends by itself. */
  #forgetAt(): number | undefined {
    let latest: number | undefined;
    for (const [kind, forMs] of memories) {
      const last = this.#times.last(kind);
      if (last !== undefined) latest = Math.max(latest ?? 0, last + forMs);
    }
    return latest;
  }
}
