import type { StateFunError } from "../../internal/errors.ts";
import { randomName } from "../../internal/random-name.ts";
import { EngineTime } from "../contract/engine-time.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Position } from "../contract/records.ts";
import type { LinkWindow, Opened } from "../contract/store.ts";
import { Given } from "./given.ts";
import type { JournalOptions } from "./journal-options.ts";
import type { PendingMessage } from "./pending-message.ts";
import { pauseMs, storeFailed, storeRefuses } from "./store-retry.ts";
import { type Answered, type Arrived, OpenWindow, type Release } from "./window.ts";

/** A closed window that the store has refused so far. */
interface Refused {
  readonly window: OpenWindow;
  readonly error: StateFunError;
}

/** What happens around a commit, in the order of their addition. */
export interface CommitListener {
  /** The window is about to be written: what is not worth a window of its own goes with it. */
  closing?(window: OpenWindow): void;
  /** The window was committed; reads of the store see it. Nothing may leave yet. */
  committed?(window: OpenWindow): void;
  /** It survives a crash now. */
  released?(window: OpenWindow): void;
}

/** More steps than this start in no window, because an endless chain runs in microtasks alone. */
const maxSteps = 1_000;
const maxWindowMs = 5;
/** Windows that wait to be durable: a store that falls behind slows the engine down. */
const maxUndurable = 8;

/**
 * Gives positions and times, gathers the open window, commits it, and releases what waited for it. It is the only
 * part that writes to the store: windows are committed one after another, in the order in which they were open.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #listeners: CommitListener[] = [];
  /** Of the store, for ids that are unique beyond it. What stands behind a slash is in no id. */
  readonly identity: string;
  /** The same with all that the store has of it. */
  readonly #storedIdentity: string;
  /** Identifies this run of the engine. */
  readonly opener: string;
  readonly openedAt: number;
  readonly given: Given;
  readonly time: EngineTime;
  window: OpenWindow;
  /** Of the last window that survives a crash. */
  durable: number;
  /** The last number given out before it closed. */
  durableNumber: Position;
  #sequence: number;
  #isClean = false;
  #isScheduled = false;
  /** Closes a window that is held, in the end; undefined while none is. */
  #cancelHold: (() => void) | undefined;
  #cancelLazy: (() => void) | undefined;
  #refused: Refused | undefined;
  #stopped: StateFunError | undefined;
  /** Why it has stopped, unless it was stopped from outside. */
  broken: StateFunError | undefined;
  #resume: (() => void)[] = [];
  /** Closed windows that do not survive a crash yet. */
  readonly #undurable = new Set<OpenWindow>();
  /** Made once: a function that makes another one has a place for it at each call, even if it returns before. */
  readonly #turnEnds = (): void => {
    this.#isScheduled = false;
    this.#closeOrHold(true);
  };

  constructor(opened: Opened, options: JournalOptions) {
    this.#options = options;
    this.#storedIdentity = opened.identity ?? randomName(options.randomBytes) + options.mark;
    this.identity = this.#storedIdentity.replace(/\/.*$/s, "");
    this.opener = randomName(options.randomBytes);
    this.#sequence = this.durable = opened.sequence;
    this.durableNumber = opened.lastNumber;
    this.given = new Given(opened);
    this.time = new EngineTime(opened.time, options.clock, options.onError);
    this.openedAt = this.now();
    this.window = new OpenWindow(options.clock.monotonic());
  }

  /** The result takes it back: not from within one of the calls. */
  listen(listener: CommitListener): () => void {
    this.#listeners.push(listener);
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }

  /** Engine time. Never goes back, and over restarts neither. */
  now(): number {
    return this.time.now();
  }

  nextNumber(): Position {
    return ++this.given.number;
  }

  nextCell(): number {
    return ++this.given.cell;
  }

  /** Commits what is open now, and resolves when it survives a crash. */
  flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.release((error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  /** Why the engine takes nothing; undefined while all is well. */
  get failure(): StateFunError | undefined {
    return this.#stopped ?? this.#refused?.error;
  }

  /**
   * Windows whose changes are in memory but not in the store: the open one, and before it one that the store
   * refuses. Nothing is applied while there is a refused one, so the two never contradict each other.
   */
  get overlays(): readonly OpenWindow[] {
    return this.#refused === undefined ? [this.window] : [this.#refused.window, this.window];
  }

  /** Whether the engine has stopped: nothing has an effect. */
  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** No new step may start before the next commit. `now` is by the monotonic clock. */
  isFull(now: number): boolean {
    const { steps } = this.window;
    if (this.failure !== undefined || steps >= maxSteps || this.#undurable.size > maxUndurable)
      return true;
    // While a window is only held, no turn is under way that could have taken too long.
    if (this.#cancelHold !== undefined && !this.#isScheduled) return false;
    return steps > 0 && this.#isLate(now);
  }

  /** The open window has had its time. */
  #isLate(now: number): boolean {
    const { budget } = this.#options;
    return budget === undefined ? now - this.window.openedAt >= maxWindowMs : budget.isSpent;
  }

  /** A step with these messages of a function starts in the open window. */
  begin(fn: EngineFunction, batch: readonly PendingMessage[]): void {
    const { window } = this;
    const { budget, clock, hold } = this.#options;
    if (this.#cancelHold !== undefined) this.#schedule();
    // Nothing has happened in it yet.
    if (!this.#isScheduled) window.openedAt = clock.monotonic();
    window.steps++;
    budget?.begin(fn, batch.length);
    hold?.opened(window.openedAt);
    hold?.began(batch);
  }

  /** It has ended, and its outcome is about to be applied. */
  ended(batch: readonly PendingMessage[]): void {
    this.#options.hold?.ended(batch);
    if (this.#cancelHold !== undefined) this.#schedule();
  }

  /** Whether everything so far survives a crash, and everything that waited for this was resolved. */
  get isSettled(): boolean {
    return this.window.isLazy && this.#undurable.size === 0 && this.#refused === undefined;
  }

  /**
   * Runs code that reads the store and changes the open window. If it throws, the engine stops, because the window
   * is incomplete.
   */
  guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Something has changed: the window closes soon. */
  touch(): void {
    this.window.isEmpty = this.window.isLazy = false;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#stopped !== undefined) return;
    this.#isScheduled = true;
    this.window.openedAt = this.#options.clock.monotonic();
    this.#options.hold?.opened(this.window.openedAt);
    this.#options.budget?.open();
    this.#options.defer(this.#turnEnds);
  }

  /** Closes the open window, unless it is held for steps that run. `isTurn`: something has happened in the turn that ends. */
  #closeOrHold(isTurn: boolean): void {
    const { hold, clock, budget } = this.#options;
    this.#cancelHold?.();
    this.#cancelHold = undefined;
    if (this.#stopped !== undefined || this.#refused !== undefined) return;
    const isHeld = hold !== undefined && !this.#isClean && this.window.steps < maxSteps;
    const restMs = isHeld ? hold.restMs(this.window, clock.monotonic()) : 0;
    if (restMs <= 0) {
      this.#close(isTurn);
      return;
    }
    // What is measured is a turn: handlers that wait take nothing of the next one.
    budget?.close();
    this.#cancelHold = clock.after(restMs, () => {
      if (!this.#isScheduled) this.#closeOrHold(false);
    });
    this.#options.onHeld();
  }

  /** Something has changed that nothing waits for, and that would only be repeated if it were lost. */
  touchLazily(): void {
    this.window.isEmpty = false;
    this.#cancelLazy ??= this.#options.clock.after(this.#options.lazyMs, () => {
      this.#cancelLazy = undefined;
      if (!this.window.isEmpty) this.touch();
    });
  }

  /**
   * Calls `run` when everything up to now survives a crash. Adds nothing to the window, and from now on nothing of
   * the window may be postponed, because the caller may have seen it; unless it sees only what has run.
   */
  release(run: Release, isSeen: boolean = true): void {
    if (this.#stopped !== undefined) {
      run(this.#stopped);
      return;
    }
    this.window.releases.push(run);
    if (isSeen) this.window.isSeen = true;
    this.hurry();
  }

  /** Closes the window soon, although nothing waits for it; where windows are held, only if it is urgent. */
  hurry(isUrgent: boolean = false): void {
    this.window.isLazy = false;
    if (isUrgent) this.window.isUrgent = true;
    this.#schedule();
  }

  /** As `release`, for an answer to a batch, which may wait for the end of what runs of it. */
  releaseAnswer(answer: Answered): void {
    if (this.#stopped !== undefined) {
      answer.run(this.#stopped);
      return;
    }
    this.window.answers.push(answer);
    this.hurry();
  }

  /** The same for a message from outside, which may move to the next window instead; its receipt then moves with it. */
  releaseArrival(arrival: Arrived): void {
    this.window.arrivals.push(arrival);
    this.window.isEmpty = this.window.isLazy = false;
    this.#schedule();
  }

  /** Waits for a window to be open. */
  opened(): Promise<void> | undefined {
    if (this.#refused === undefined || this.#stopped !== undefined) return undefined;
    return new Promise((resolve) => this.#resume.push(resolve));
  }

  /** The last window records a clean end. */
  end(): void {
    this.#isClean = true;
    this.touch();
  }

  /** Stops everything at once and finally. What was not committed has never happened. */
  stop(error: StateFunError): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = error;
    this.#cancelLazy?.();
    this.#cancelHold?.();
    this.#options.onStop(error);
    for (const resume of this.#resume.splice(0)) resume();
    this.window.settleArrivals(undefined);
    for (const window of [...this.#undurable, this.window]) window.answer(error);
    this.#undurable.clear();
  }

  /** Stops because the store cannot be used, or because the open window is incomplete. */
  fail(cause: unknown): void {
    if (this.#stopped !== undefined) return;
    this.broken = storeFailed(cause);
    this.#options.onError(this.broken);
    this.stop(this.broken);
  }

  #close(isTurn: boolean): void {
    if (this.#stopped !== undefined || this.#refused !== undefined) return;
    const { window } = this;
    const { clock, budget, hold } = this.#options;
    const now = clock.monotonic();
    const isLate = isTurn && this.#isLate(now);
    const isFull = isLate || window.steps >= maxSteps || hold?.mayMove(now) === true;
    budget?.close();
    const isCut = isFull && !window.isSeen && this.#options.mayPostpone();
    this.window = new OpenWindow(now);
    // A window that closed early has messages which the next one runs at once. They need not be stored in between,
    // because no receipt was sent for them.
    const postponed = window.settleArrivals(isCut ? this.window : undefined);
    hold?.closed(postponed);
    if (postponed.length > 0) {
      this.touch();
      // All of it is in the next one.
      if (window.waiting === 0 && window.isBlank) window.isEmpty = true;
    }
    // Not before: it may call `onError`, which may send a message into the next one.
    this.time.look();
    this.#undurable.add(window);
    if (window.isEmpty) {
      this.#release(window, this.#sequence, this.given.number);
      return;
    }
    this.guard(() => {
      for (const listener of this.#listeners) listener.closing?.(window);
    });
    // It may be incomplete.
    if (this.isStopped) return;
    const value = window.close({
      sequence: this.#sequence + 1,
      opener: this.opener,
      openedAt: this.openedAt,
      time: this.now(),
      lastNumber: this.given.number,
      lastCell: this.given.cell,
      identity: this.#storedIdentity,
      isRepeatedBySenders: this.#options.isRepeatedBySenders(),
      isClean: this.#isClean || (!window.isWarning && this.#options.isResting()),
    });
    this.#commit(value, window, 0);
  }

  #commit(value: LinkWindow, window: OpenWindow, refusals: number): void {
    try {
      this.#options.commit(value, window.steps);
    } catch (error) {
      this.#refuse(value, window, refusals, error);
      return;
    }
    this.#refused = undefined;
    this.#sequence = value.sequence;
    for (const mail of window.pending) mail.storedIn = value.sequence;
    this.#release(window, value.sequence, value.lastNumber);
    this.guard(() => {
      for (const listener of this.#listeners) listener.committed?.(window);
    });
    for (const resume of this.#resume.splice(0)) resume();
    // What was allowed to change while the store refused.
    if (!this.window.isLazy) this.#schedule();
  }

  #refuse(value: LinkWindow, window: OpenWindow, refusals: number, cause: unknown): void {
    // A crash that a test requested comes through here as well.
    if (this.#stopped !== undefined) return;
    const delayMs = pauseMs(cause, refusals, this.#isClean);
    if (delayMs === undefined) {
      this.fail(cause);
      return;
    }
    const error = storeRefuses(cause);
    this.#refused = { window, error };
    // It lasts, so it is reported once.
    if (refusals === 0) this.#options.onError(error);
    this.#options.clock.after(delayMs, () => {
      if (this.#stopped === undefined) this.#commit(value, window, refusals + 1);
    });
  }

  #release(window: OpenWindow, sequence: number, lastNumber: Position): void {
    this.#options.store.durable(window.waiting).then(
      () => {
        if (this.#stopped !== undefined) return;
        if (sequence > this.durable) {
          this.durable = sequence;
          this.durableNumber = lastNumber;
        }
        window.answer(undefined);
        this.guard(() => {
          for (const listener of this.#listeners) listener.released?.(window);
        });
        // Not earlier: a concurrent `idle` would find that nothing is left to do.
        this.#undurable.delete(window);
        this.#options.onSettled();
      },
      (error) => this.fail(error),
    );
  }
}
