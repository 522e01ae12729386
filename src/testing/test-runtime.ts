/// <reference lib="esnext.disposable" preserve="true" />
import type { Runtime } from "../embedded/runtime.ts";
import type { Address } from "../sdk/addressing/address.ts";
import type { Egress } from "../sdk/egress/egress.ts";

/**
 * The real engine on a clock that stands still. `send` resolves when nothing is left to do now: everything that
 * follows from the message at once has happened. A handler is waited for as long as its real work takes. Every egress is bound, and what it gets is collected. A `call`
 * that is answered later, or never, waits for the clock: start it, `advance`, then await it. What would wait for ever
 * rejects with `timed_out`, and messages without end with `limit_exceeded`; the options `patienceMs` and `maxSteps` say when. From a message to a
 * function that is not bound on, what waits for the engine rejects with `unknown_function`.
 */
export interface TestRuntime extends Omit<Runtime, "closed" | "backup"> {
  /** Bare values where the egress has one type, tagged ones where it has several. */
  emitted<M, V>(egress: Egress<M, V>): readonly V[];
  /** The state of `await instance(address)`, at once: what a test looks at most. */
  state<S>(address: Address<never, unknown, S>): Readonly<S>;
  /**
   * Moves the clock, stopping at each time at which something is due, until nothing is left to do. Handlers that run are
   * waited for, however long they take; `whileRunning: true` moves the clock past them, to test what becomes of
   * one that reaches its deadline.
   */
  advance(ms: number, options?: { readonly whileRunning?: boolean }): Promise<void>;
  now(): number;
  /** Ends the process as kill -9 does, and starts it again on what was committed. */
  crash(): Promise<void>;
}
