import type { BusyFunction } from "../contract/busy-function.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { Queue } from "../mailboxes/queue.ts";

/** Steps of one function that are waited for at the same time. */
const maxWaiting = 1_000;

/**
 * What each function has of the steps that wait: a function whose handlers hang holds up its own instances, and nobody
 * else's. Steps that never wait need no share.
 */
export class Shares {
  readonly #shares = new Map<EngineFunction, Share>();

  /** Whether a step of this instance may start now; if not, `left` gives the instance back when it may. */
  admits(fn: EngineFunction, instance: Instance): boolean {
    const share = this.#shares.get(fn);
    if (share === undefined || share.next.delete(instance)) return true;
    if (share.steps + share.next.size < maxWaiting) return true;
    instance.isHeld = true;
    share.held.push(instance);
    return false;
  }

  /** A step of the function waits. */
  entered(fn: EngineFunction): void {
    const share = this.#shares.get(fn);
    if (share === undefined) {
      this.#shares.set(fn, { steps: 1, held: new Queue(), next: new Set() });
    } else share.steps++;
  }

  /** It has ended. The place belongs to the instance that was held for the longest time, if there is one: wake it. */
  left(fn: EngineFunction): void {
    const share = this.#shares.get(fn);
    if (share !== undefined) share.steps--;
  }

  next(fn: EngineFunction): Instance | undefined {
    const share = this.#shares.get(fn);
    if (share === undefined || share.steps + share.next.size >= maxWaiting) return undefined;
    const next = share.held.shift();
    if (next === undefined) return undefined;
    next.isHeld = false;
    share.next.add(next);
    return next;
  }

  /** Functions that have all of their share, and how many instances of each are held. */
  get busy(): readonly BusyFunction[] {
    return Array.from(this.#shares)
      .filter(([, { held }]) => held.length > 0)
      .map(([{ typename }, { steps, held }]) => ({
        typename,
        running: steps,
        waiting: held.length,
      }));
  }
}

interface Share {
  steps: number;
  readonly held: Queue<Instance>;
  /** Have a place, and have not started yet. */
  readonly next: Set<Instance>;
}
