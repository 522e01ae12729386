import type { Clock } from "../execution/batch-host.ts";
import type { WireAddress, WireValue } from "../model/invocation.ts";
import type { DelayedEffect } from "../model/outcome.ts";
import type { CommitListener, Journal } from "./journal.ts";
import { keyOf } from "./mail.ts";
import type { PostOffice } from "./post-office.ts";
import type { TimerRecord } from "./records.ts";
import type { Store } from "./store.ts";
import { type OpenWindow, tokenKey } from "./window.ts";

/** What one wait can be: longer ones fire at once on every platform. */
const longestWaitMs = 2 ** 31 - 1;
/** Timers that fire in one window. */
const pageSize = 500;

/**
 * Delayed messages. They wait in the store, whatever their number, and fire from there only: a timer that is
 * set and cancelled within one window never exists.
 */
export class Timers implements CommitListener {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #postOffice: PostOffice;
  readonly #tokenScope: "address" | "id";
  readonly #wake: () => void;
  #armedFor = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  /** What fired is still in the store until the next commit. */
  #isFiring = false;
  #isStopped = false;

  constructor(
    store: Store,
    journal: Journal,
    clock: Clock,
    postOffice: PostOffice,
    tokenScope: "address" | "id",
  ) {
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#postOffice = postOffice;
    this.#tokenScope = tokenScope;
    this.#wake = () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      journal.guard(() => this.#fire());
    };
  }

  ownerOf(address: WireAddress): string {
    return this.#tokenScope === "address" ? keyOf(address) : address.id;
  }

  isPending(owner: WireAddress, token: string): boolean {
    return this.#find(this.ownerOf(owner), token) !== undefined;
  }

  /** Applies what a function asked for, in the open window. */
  apply(owner: WireAddress, effect: DelayedEffect): void {
    const key = this.ownerOf(owner);
    if (effect.kind === "cancel") {
      const timer = this.#find(key, effect.cancellationToken);
      if (timer !== undefined) this.#journal.window.removeTimer(timer);
      return;
    }
    const { delayMs, target, argument, cancellationToken } = effect;
    this.#add({ owner: key, token: cancellationToken, caller: owner, target, argument }, delayMs);
  }

  /** A delayed message from an ingress: nobody's, so nobody can cancel it. */
  addFromIngress(number: number, target: WireAddress, argument: WireValue, delayMs: number): void {
    const nobody = { owner: undefined, token: undefined, caller: undefined };
    this.#add({ ...nobody, target, argument }, delayMs, number);
  }

  /** Whether something is due that has not fired yet. */
  get isFiring(): boolean {
    return this.#isFiring || this.#armedFor <= this.#journal.now();
  }

  /** Called at the start, and after every commit that may have changed what is due first. */
  arm(leastMs = 0): void {
    if (this.#isStopped || this.#isFiring) return;
    const due = this.#store.nextDue();
    if (due === undefined || due >= this.#armedFor) return;
    this.#cancel?.();
    this.#armedFor = due;
    // By the clock itself: where it was set back, engine time stands still until it has caught up.
    const wait = due <= this.#journal.now() ? leastMs : due - this.#clock.now();
    this.#cancel = this.#clock.after(Math.min(wait, longestWaitMs), this.#wake);
  }

  committed({ timers, timersRemoved }: OpenWindow): void {
    if (timers.size === 0 && timersRemoved.size === 0) return;
    this.#isFiring = false;
    this.arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #add(timer: Omit<TimerRecord, "number" | "dueAt">, delayMs: number, number?: number): void {
    this.#journal.window.addTimer({
      ...timer,
      number: number ?? this.#journal.nextNumber(),
      dueAt: this.#journal.now() + delayMs,
    });
  }

  #find(owner: string, token: string): TimerRecord | undefined {
    const { tokens } = this.#journal.window;
    const key = tokenKey(owner, token);
    return tokens.has(key) ? tokens.get(key) : this.#store.timerByToken(owner, token);
  }

  /** Moves what is due to its mailboxes, in the open window. Before the next commit nothing else fires. */
  #fire(): void {
    if (this.#isStopped || this.#isFiring) return;
    if (this.#journal.failure !== undefined) {
      // The store is refusing a window: what is due waits for it, and for the arming that follows.
      this.#isFiring = true;
      this.#journal.opened()?.then(() => {
        this.#isFiring = false;
        this.#journal.guard(() => this.arm());
      });
      return;
    }
    const { window } = this.#journal;
    const due = this.#store.dueTimers(this.#journal.now(), pageSize);
    if (due.length === 0) {
      // What is due and cannot be read is not asked for at once, again and again.
      this.arm(1_000);
      return;
    }
    this.#isFiring = true;
    for (const timer of due) {
      if (window.timersRemoved.has(timer.number)) continue;
      window.removeTimer(timer);
      this.#postOffice.post(timer.caller, timer.target, timer.argument);
    }
    this.#journal.touch();
  }
}
