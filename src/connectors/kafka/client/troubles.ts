import type { Trouble } from "../../../engine/contract/trouble.ts";
import { peek } from "../../../internal/show.ts";
import { reasonsOf } from "./client-reasons.ts";

/** What may pass by itself, a leader that moves for one, is trouble only when it lasts. */
const patienceMs = 5_000;
/** The same trouble is reported again once a minute. */
const repeatMs = 60_000;

interface Known {
  readonly error: unknown;
  readonly reason: string;
  /** Since the epoch, for those who read it. */
  readonly sinceMs: number;
  /** The same by a clock that does not jump. */
  readonly since: number;
  readonly patienceMs: number;
}

/** What is wrong now with which part, and since when. Counted in time, however often it was tried. */
export class Troubles {
  readonly #known = new Map<string, Known>();
  readonly #reported = new Map<string, number>();
  readonly #report: (error: unknown, reason: string) => void;
  readonly #now: () => number;

  constructor(report: (error: unknown, reason: string) => void, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  /** It does not work, from now on or still. What was waited for in vain has lasted already. */
  set(part: string, error: unknown, patience: number = patienceMs): void {
    const reason = reasonsOf(error);
    const known = this.#known.get(part);
    const { sinceMs, since } = known ?? { sinceMs: this.#now(), since: performance.now() };
    const isLate = peek(error, "code") === "timed_out";
    this.#known.set(part, { error, reason, sinceMs, since, patienceMs: isLate ? 0 : patience });
    this.#look();
  }

  /** It works, or is no longer wanted. */
  clear(part: string): void {
    this.#known.delete(part);
  }

  /** Reports what has lasted for long enough. */
  #look(): void {
    const now = performance.now();
    for (const [part, { error, reason, since, patienceMs }] of this.#known) {
      if (now - since < patienceMs) continue;
      const key = `${part}: ${reason}`;
      const last = this.#reported.get(key);
      if (last !== undefined && now - last < repeatMs) continue;
      if (this.#reported.size > 1_000) this.#reported.clear();
      this.#reported.set(key, now);
      this.#report(error, reason);
    }
  }

  list(): readonly Trouble[] {
    const now = performance.now();
    const lasting = [...this.#known].filter(([, one]) => now - one.since >= one.patienceMs);
    return lasting.map(([part, { reason, sinceMs }]) => ({ part, reason, sinceMs }));
  }
}
