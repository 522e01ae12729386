import type { BusyFunction } from "../contract/busy-function.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { Queue } from "../mailboxes/queue.ts";

/** Steps of one function that are waited for at the same time. */
const maxWaiting = 1_000;
/** … if those of all functions are fewer than this: each has its request and its memory. */
const maxTogether = 4_000;
/** What each function has in any case. */
const leastShare = 64;

/**
 * What each function has of the steps that wait: a function whose handlers hang holds up its own instances, and nobody
 * else's. Steps that never wait need no share.
 */
export class Shares {
  /** Functions with invented names come and go: none is kept for its share. */
  readonly #shares = new WeakMap<EngineFunction, Share>();
  /** Those that hold somebody. */
  readonly #full = new Set<Share>();
  /** Steps that wait, of all functions. */
  #steps = 0;
  /** A step of some function has waited. */
  #isUsed = false;

  /** Whether a step of this instance may start now; if not, `next` gives the instance when it may. */
  admits(fn: EngineFunction, instance: Instance): boolean {
    if (!this.#isUsed) return true;
    const share = this.#shares.get(fn);
    if (share === undefined || share.next.delete(instance)) return true;
    // Nobody overtakes those that are held.
    if (share.held.length === 0 && this.#hasPlace(share)) return true;
    instance.isHeld = true;
    share.held.push(instance);
    this.#full.add(share);
    return false;
  }

  /** It does not start for now: a place that it was given is for another one. */
  withdraw(fn: EngineFunction, instance: Instance): void {
    this.#shares.get(fn)?.next.delete(instance);
  }

  /** A step of the function waits. */
  entered(fn: EngineFunction): void {
    this.#steps++;
    this.#isUsed = true;
    const share = this.#shares.get(fn);
    if (share !== undefined) share.steps++;
    else {
      const { typename } = fn;
      this.#shares.set(fn, { typename, steps: 1, held: new Queue(), next: new Set() });
    }
  }

  /** A step of the function waits no more. */
  left(fn: EngineFunction): void {
    this.#steps--;
    const share = this.#shares.get(fn);
    if (share !== undefined) share.steps--;
  }

  /**
   * Gives a free place to the instance that was held for the longest time, if there is one: wake it. One of this function,
   * or else of another one, whose share is as large as before when less waits altogether. To be asked after every step,
   * and after every try that did not become one: such a place was used by nobody.
   */
  next(fn: EngineFunction): Instance | undefined {
    if (this.#full.size === 0) return undefined;
    const own = this.#shares.get(fn);
    const share = own !== undefined && own.held.length > 0 ? own : this.#anyWithPlace();
    if (share === undefined || !this.#hasPlace(share)) return undefined;
    const next = share.held.shift();
    if (share.held.length === 0) this.#full.delete(share);
    if (next === undefined) return undefined;
    next.isHeld = false;
    share.next.add(next);
    return next;
  }

  #anyWithPlace(): Share | undefined {
    for (const share of this.#full) if (this.#hasPlace(share)) return share;
    return undefined;
  }

  #hasPlace({ steps, next }: Share): boolean {
    return steps + next.size < (this.#steps < maxTogether ? maxWaiting : leastShare);
  }

  /** In order of arrival. */
  *held(): Generator<Instance> {
    for (const { held } of this.#full) yield* held;
  }

  /** Functions that have all of their share, and how many instances of each are held. */
  get busy(): readonly BusyFunction[] {
    return Array.from(this.#full, ({ typename, steps, held }) => ({
      typename,
      running: steps,
      waiting: held.length,
    }));
  }
}

interface Share {
  readonly typename: string;
  steps: number;
  readonly held: Queue<Instance>;
  /** Have a place, and have not started yet. */
  readonly next: Set<Instance>;
}
