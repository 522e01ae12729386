import { plainValue, type WireAddress, type WireValue } from "../model/invocation.ts";
import type { TimerEvent } from "../model/observer.ts";
import type { DelayedEffect } from "../model/outcome.ts";
import { windowBytes } from "./commit/in-windows.ts";
import type { CommitListener, Journal } from "./commit/journal.ts";
import { keyOf, sizeOf } from "./commit/pending-message.ts";
import { type OpenWindow, tokenKey } from "./commit/window.ts";
import type { EngineOptions } from "./contract/options.ts";
import type { Position, TimerRecord } from "./contract/records.ts";
import type { Store } from "./contract/store.ts";
import { type Observed, copyOfAddress } from "./contract/telemetry/observed.ts";
import type { Hold } from "./holding/hold.ts";
import type { Router } from "./routing/router.ts";

/** Timers that fire in one window, fewer of them where they are large. */
const pageSize = 500;
/** A platform that wakes an engine for a timer is no later than that; it tries again what ended the engine two seconds later. */
const punctualMs = 1_500;

/**
 * Delayed messages. They wait in the store, whatever their number, and fire from there only: a timer that is
 * set and cancelled within one window never exists.
 */
export class Timers implements CommitListener {
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #options: Pick<EngineOptions, "clock" | "tokenScope" | "longestWaitMs" | "traffic"> &
    Observed;
  readonly #router: Router;
  /** What was due before this is stored before it runs. */
  readonly #carefulBefore: number;
  readonly #wake: () => void;
  /** Called when one fires. */
  readonly #onFire: () => void;
  readonly #hold: Hold;
  #armedFor = Number.POSITIVE_INFINITY;
  #cancel: (() => void) | undefined;
  /** How many are read: twice as many as fired before, because they may be large. */
  #limit = 32;
  /** What fired is still in the store until the next commit. */
  #isFiring = false;
  #isStopped = false;

  constructor(
    store: Store,
    journal: Journal,
    router: Router,
    options: Pick<
      EngineOptions,
      "clock" | "tokenScope" | "longestWaitMs" | "isEvictable" | "traffic"
    > &
      Observed,
    onFire: () => void,
    hold: Hold,
  ) {
    this.#hold = hold;
    this.#onFire = onFire;
    this.#carefulBefore = options.isEvictable
      ? journal.openedAt - punctualMs
      : Number.NEGATIVE_INFINITY;
    this.#store = store;
    this.#journal = journal;
    this.#router = router;
    this.#options = options;
    this.#wake = () => {
      this.#armedFor = Number.POSITIVE_INFINITY;
      journal.guard(() => this.#fire());
    };
  }

  ownerOf(address: WireAddress): string {
    return this.#options.tokenScope === "address" ? keyOf(address) : address.id;
  }

  isPending(owner: WireAddress, token: string): boolean {
    return this.#find(this.ownerOf(owner), token) !== undefined;
  }

  /** Applies what a function asked for, in the open window. */
  apply(owner: WireAddress, effect: DelayedEffect): void {
    const key = this.ownerOf(owner);
    if (effect.kind === "cancel") {
      const timer = this.#find(key, effect.cancellationToken);
      if (timer === undefined) return;
      this.#journal.window.removeTimer(timer);
      this.#options.recording?.recorder?.timerEnded(timer.number, "cancelled");
      this.#report("cancelled", owner, 0);
      return;
    }
    const { delayMs, target, cancellationToken } = effect;
    const argument = plainValue(effect.argument);
    this.#add({ owner: key, token: cancellationToken, caller: owner, target, argument }, delayMs);
  }

  /** A delayed message from an ingress. It is listed at its target; without a token it cannot be cancelled. */
  addFromIngress(number: number, target: WireAddress, argument: WireValue, delayMs: number): void {
    const owner = this.ownerOf(target);
    const message = { target, argument: plainValue(argument) };
    this.#add({ owner, token: undefined, caller: undefined, ...message }, delayMs, number);
  }

  /** One that waits. Undefined once it has fired, or was taken back. */
  at(number: Position): TimerRecord | undefined {
    const { window } = this.#journal;
    if (window.timersRemoved.has(number)) return undefined;
    return window.timers.get(number) ?? this.#store.timerAt(number);
  }

  /** Takes one back, in the open window. False once it has fired, or was taken back. */
  cancel(number: Position): boolean {
    const timer = this.#take(number);
    if (timer === undefined) return false;
    this.#options.recording?.recorder?.timerEnded(number, "cancelled");
    this.#report("cancelled", timer.caller ?? timer.target, 0);
    return true;
  }

  #take(number: Position): TimerRecord | undefined {
    const timer = this.at(number);
    if (timer === undefined) return undefined;
    this.#journal.window.removeTimer(timer);
    this.#journal.touch();
    return timer;
  }

  /** Moves one to its mailbox before its time, in the open window. Whether it was there. */
  fireNow(number: Position): boolean {
    const timer = this.#take(number);
    if (timer === undefined) return false;
    this.#onFire();
    this.#post(timer);
    this.#reportFired(timer, Math.max(0, this.#journal.now() - timer.dueAt));
    return true;
  }

  get #rests(): boolean {
    return this.#isStopped || this.#hold.isHeld;
  }

  /** Whether something is due that has not fired yet. */
  get isFiring(): boolean {
    return this.#isFiring || (!this.#hold.isHeld && this.#armedFor <= this.#journal.now());
  }

  /**
   * Called at the start, and after every commit that may have changed what is due first. What was due at `stuckAt`, and
   * could not be read then, is waited for a second.
   */
  arm(stuckAt: number = Number.NEGATIVE_INFINITY): void {
    if (this.#rests || this.#isFiring) return;
    const due = this.#store.nextDue();
    if (due === undefined || due >= this.#armedFor) return;
    this.#cancel?.();
    this.#armedFor = due;
    const { clock, longestWaitMs } = this.#options;
    // Engine time may be ahead of the clock by a little, and stand: a moment later it is looked at again.
    const waitMs = due > stuckAt ? Math.max(0, due - this.#journal.now()) : 1_000;
    this.#cancel = clock.after(Math.min(waitMs, longestWaitMs), this.#wake);
  }

  /** Fires what is due, though the wait for it is not over: the clock may have jumped. */
  look(): void {
    if (this.#rests || this.#armedFor > this.#journal.now()) return;
    this.#cancel?.();
    this.#wake();
  }

  committed({ timers, timersRemoved }: OpenWindow): void {
    if (timers.size === 0 && timersRemoved.size === 0) {
      this.look();
      return;
    }
    this.#isFiring = false;
    this.arm();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  /** Brings the message of a timer to where its target is. */
  #post(timer: TimerRecord): ReturnType<Router["post"]> {
    const recorder = this.#options.recording?.recorder;
    recorder?.timerEnded(timer.number, "fired");
    recorder?.begin({ kind: "timer", timer });
    const mail = this.#router.post(timer.caller, timer.target, timer.argument);
    recorder?.end();
    return mail;
  }

  #add(given: Omit<TimerRecord, "number" | "dueAt">, delayMs: number, number?: number): void {
    const timer = {
      ...given,
      number: number ?? this.#journal.nextNumber(),
      dueAt: this.#journal.now() + delayMs,
    };
    this.#journal.window.addTimer(timer);
    this.#options.recording?.recorder?.timerSet(timer);
    this.#report("set", timer.target, delayMs);
  }

  #reportFired(timer: TimerRecord, ms: number): void {
    this.#options.traffic?.fired(timer);
    this.#report("fired", timer.target, ms);
  }

  #report(kind: TimerEvent["kind"], address: WireAddress, ms: number): void {
    const { observer, kind: engine = "embedded" } = this.#options;
    observer?.timer?.({ engine, kind, address: copyOfAddress(address), ms });
  }

  #find(owner: string, token: string): TimerRecord | undefined {
    const key = tokenKey(owner, token);
    for (const { tokens } of this.#journal.overlays) {
      if (tokens.has(key)) return tokens.get(key);
    }
    return this.#store.timerByToken(owner, token);
  }

  /** Moves what is due to its mailboxes, in the open window. Before the next commit nothing else fires. */
  #fire(): void {
    if (this.#rests || this.#isFiring) return;
    this.#journal.time.look();
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
    const now = this.#journal.now();
    const due = this.#store.dueTimers(now, this.#limit);
    if (due.length === 0) {
      // The wait ended a moment early, or what was waited for was cancelled. What is due and cannot be read is not
      // asked for at once, again and again.
      this.arm(now);
      return;
    }
    this.#isFiring = true;
    this.#onFire();
    let fired = 0;
    let bytes = 0;
    for (const timer of due) {
      bytes += sizeOf(timer);
      if (fired > 0 && bytes > windowBytes) break;
      fired++;
      if (window.timersRemoved.has(timer.number)) continue;
      window.removeTimer(timer);
      const mail = this.#post(timer);
      // Its time had come before this run: maybe it was tried, and has ended the run before.
      if (mail !== undefined && timer.dueAt < this.#carefulBefore) mail.isCareful = true;
      this.#reportFired(timer, now - timer.dueAt);
    }
    this.#limit = Math.min(2 * fired, pageSize);
    this.#journal.touch();
  }
}
