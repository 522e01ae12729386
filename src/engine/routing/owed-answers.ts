import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { Release } from "../commit/window.ts";
import type { LinkStore } from "../contract/store.ts";

/** How long an answer waits for the end of what its batch has led to. */
const longestAnswerMs = 50;
/** What waits for a function that is not bound is done by a deploy: an alarm looks for it so often. */
const parkedMs = 3_600_000;

/**
 * Answers on links, where a platform ends an engine without notice and only an alarm starts it again. A sender is responsible
 * for a batch until it is answered: it repeats it, which opens this engine. So while all that is left came over links whose
 * batches are not answered, no window sets an alarm. An answer waits until nothing is left, for 50 ms at most; then an
 * alarm is set, and the answer goes when that survives a crash. Where an alarm is set already that is as early, answers
 * go at once: so rings and chains under load never wait for each other.
 */
export class OwedAnswers {
  readonly #store: LinkStore;
  readonly #journal: Journal;
  readonly #clock: Clock;
  /** Nothing is left that can be done here. `isNew`: but what an earlier run left on links. */
  readonly #isAtRest: (isNew: boolean) => boolean;
  /** Whether messages wait for functions that are not bound. */
  readonly #isParked: () => boolean;
  /** What is left did not come over links alone, or is of a batch that was answered. */
  #hasOwnWork = true;
  /** Batches that are not answered. */
  #open = 0;
  readonly #waiting = new Set<Release>();
  #cancel: (() => void) | undefined;

  constructor(parts: {
    readonly store: LinkStore;
    readonly journal: Journal;
    readonly clock: Clock;
    readonly isAtRest: (isNew: boolean) => boolean;
    readonly isParked: () => boolean;
  }) {
    const { store, journal, clock, isAtRest, isParked } = parts;
    this.#isParked = isParked;
    this.#store = store;
    this.#journal = journal;
    this.#clock = clock;
    this.#isAtRest = isAtRest;
  }

  /** Whether somebody else repeats all that is left. */
  get isRepeatedBySenders(): boolean {
    return !this.#hasOwnWork && this.#open > 0;
  }

  /** Something begins that no sender of a batch repeats. */
  startOwnWork(): void {
    this.#hasOwnWork = true;
  }

  /**
   * A batch has come, and is about to be taken. What an earlier run left on links has an alarm, or a sender that was not
   * answered, from that run.
   */
  begin(): void {
    if (this.#open === 0) this.#hasOwnWork = !this.#journal.isSettled || !this.#isAtRest(true);
    this.#open++;
  }

  /** What it has brought survives a crash, or never will: calls `run` as soon as this engine may answer. */
  answer(run: Release, error: StateFunError | undefined): void {
    const send: Release = (failure) => {
      this.#open--;
      run(failure);
    };
    if (error !== undefined) {
      send(error);
      return;
    }
    // What the window allows begins first.
    queueMicrotask(() => {
      if (this.#journal.isStopped) {
        send(this.#journal.failure);
        return;
      }
      this.#waiting.add(send);
      this.look();
      if (this.#waiting.size > 0) {
        this.#cancel ??= this.#clock.after(longestAnswerMs, () => this.#wakeSoon());
      }
    });
  }

  /** Something may have come to its end. */
  look(): void {
    if (this.#waiting.size === 0 || this.#journal.isStopped) return;
    const isAtRest = this.#journal.isSettled && this.#isAtRest(false);
    if (isAtRest && !this.#isParked()) this.#sendAll();
    else if (this.#isWokenIn(isAtRest ? parkedMs : 0)) this.#sendWhenDurable();
  }

  stop(error: StateFunError): void {
    this.#sendAll(error);
  }

  /** Whether an alarm is set, for so much later than that of a window at the latest. */
  #isWokenIn(ms: number): boolean {
    return this.#store.isWoken?.(this.#journal.now() + ms) !== false;
  }

  #wakeSoon(): void {
    this.#cancel = undefined;
    if (this.#journal.isStopped || this.#waiting.size === 0) return;
    this.#hasOwnWork = true;
    this.#journal.guard(() => {
      this.#store.wakeSoon?.(this.#journal.now());
      this.#sendWhenDurable();
    });
  }

  /** There is an alarm: it must survive a crash before anybody relies on it. */
  #sendWhenDurable(): void {
    const waiting = this.#taken();
    this.#store.durable(waiting.length).then(
      () => {
        for (const send of waiting) send(undefined);
      },
      (cause) => {
        for (const send of waiting) send(notWoken(cause));
      },
    );
  }

  #sendAll(error?: StateFunError): void {
    for (const send of this.#taken()) send(error);
  }

  #taken(): Release[] {
    this.#cancel?.();
    this.#cancel = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }
}

/** The next window finds out, too, what is wrong with the store. */
function notWoken(cause: unknown): StateFunError {
  const text = `no alarm could be set for what is left to do: ${reasonOf(cause)}`;
  return new StateFunError("unavailable", text, { cause });
}
