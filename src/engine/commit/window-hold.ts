import type { PendingMessage } from "./pending-message.ts";
import type { OpenWindow } from "./window.ts";

/**
 * How long a window stays open for steps that were started in it, if nothing waits for it; twice as long for a step of several
 * messages, which run one after another: fifty sends at once to one instance, of 5 ms each, are two windows so.
 */
const longestHoldMs = 250;
/** The same from the moment at which something that is done waits for it. */
const waitedForMs = 20;
/** The same where an answer on a link waits for a step of one message: the link stands still meanwhile. Several are worth a wait. */
const answeredMs = 50;

type Batch = readonly PendingMessage[];

/**
 * Keeps a window open while steps that were started in it run, where windows are billed: what a handler that waits takes
 * and leads to is then one window, as with a handler that does not wait. Nothing that is done waits for long: a receipt, an
 * answer or an effect that wants to leave closes the window after 20 ms, and messages from outside that still run move to
 * the next window, with their receipts. For these a window stays open only until something waits for it.
 */
export class WindowHold {
  /** Started in the open window. */
  readonly #fresh = new Set<Batch>();
  /** Moved into it. */
  readonly #moved = new Set<Batch>();
  #openedAt: number | undefined;
  #waitedForSince: number | undefined;

  /** Something happens in the open window. */
  opened(now: number): void {
    this.#openedAt ??= now;
  }

  began(batch: Batch): void {
    this.#fresh.add(batch);
  }

  ended(batch: Batch): void {
    this.#fresh.delete(batch);
    this.#moved.delete(batch);
  }

  /** How much longer the window stays open: 0 or less if it must close. */
  restMs(window: OpenWindow, now: number): number {
    if (this.#fresh.size + this.#moved.size === 0) return 0;
    const isAsked = window.answers.length > 0 && !this.#isLong;
    const rest = Math.min(
      this.#restOfAll(now),
      isAsked ? answeredMs - (now - (this.#openedAt ?? now)) : Number.POSITIVE_INFINITY,
    );
    if (!isWaitedFor(window)) return rest;
    if (this.#fresh.size === 0) return 0;
    this.#waitedForSince ??= now;
    return Math.min(rest, waitedForMs - (now - this.#waitedForSince));
  }

  /** Whether messages from outside that still run move to the next window: not if they have had their time. */
  mayMove(now: number): boolean {
    return this.#fresh.size + this.#moved.size > 0 && this.#restOfAll(now) > 0;
  }

  /** The window closes. `postponed` are in the next one. */
  closed(postponed: readonly PendingMessage[]): void {
    const all = new Set(postponed);
    for (const batch of this.#fresh) this.#moved.add(batch);
    this.#fresh.clear();
    for (const batch of this.#moved) {
      if (!batch.some((mail) => all.has(mail))) this.#moved.delete(batch);
    }
    this.#openedAt = this.#waitedForSince = undefined;
  }

  get #isLong(): boolean {
    return [...this.#fresh, ...this.#moved].some(({ length }) => length > 1);
  }

  #restOfAll(now: number): number {
    return (this.#isLong ? 2 * longestHoldMs : longestHoldMs) - (now - (this.#openedAt ?? now));
  }
}

/** Something that is done cannot go on before the window is committed. */
function isWaitedFor(window: OpenWindow): boolean {
  const { releases, arrivals, answers, outbox, egress, timersRemoved, isUrgent } = window;
  // Timers fire again when the window is committed.
  if (isUrgent || releases.length > 0 || timersRemoved.size > 0) return true;
  if (outbox.length > 0 || egress.length > 0) return true;
  if (arrivals.some(({ mail }) => mail.isGone)) return true;
  return answers.some(({ mails }) => mails.every(({ isGone }) => isGone));
}
