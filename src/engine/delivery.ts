import type { Clock } from "../execution/batch-host.ts";
import { isNonRetryable, StateFunError } from "../internal/errors.ts";
import { reasonOf } from "../internal/show.ts";
import { backOffMs, deliveryRetry } from "./back-off.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Journal } from "./journal.ts";
import type { EgressTarget, EngineOptions } from "./options.ts";
import type { EgressRow, Position } from "./records.ts";
import type { Store } from "./store.ts";

/** Records of one delivery. */
const pageSize = 100;

interface DeliveryOptions extends Pick<EngineOptions, "timeoutMs" | "random" | "onError"> {
  /** Whether a record is a dead letter that was sent again, in a window that may still be lost. */
  readonly isReturning: (number: Position) => boolean;
}

/** Takes the records of one egress out, in order, one page at a time, until each was taken once. */
export class Delivery {
  readonly #egress: string;
  readonly #target: Extract<EgressTarget, { kind: "deliver" }>;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #deadLetters: DeadLetters;
  readonly #options: DeliveryOptions;
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  /** Everything up to here was taken, though the store may not know yet. */
  #after: Position = 0;
  /** A record before that has come back: from here on they are read again. */
  #backTo = Number.POSITIVE_INFINITY;
  #failures = 0;
  /** How many records go one by one, to find the one that can never be taken. */
  #singles = 0;
  #state: "idle" | "running" | "waiting" | "stopped" = "idle";
  /** Records came while it was running. */
  #hasMore = false;
  #cancel: (() => void) | undefined;
  #abort: AbortController | undefined;

  constructor(
    egress: string,
    target: Extract<EgressTarget, { kind: "deliver" }>,
    store: Store,
    journal: Journal,
    deadLetters: DeadLetters,
    options: DeliveryOptions & Pick<EngineOptions, "clock">,
    onIdle: () => void,
  ) {
    this.#egress = egress;
    this.#target = target;
    this.#store = store;
    this.#journal = journal;
    this.#deadLetters = deadLetters;
    this.#options = options;
    this.#clock = options.clock;
    this.#onIdle = onIdle;
  }

  get isIdle(): boolean {
    return this.#state !== "running";
  }

  get isFailing(): boolean {
    return this.#failures > 0;
  }

  get isDrained(): boolean {
    return this.#state === "idle" || this.#state === "stopped";
  }

  /** There are records that may leave; `returned` is the number of one that is not a new one. */
  wake(returned: Position = Number.POSITIVE_INFINITY): void {
    this.#hasMore = true;
    this.#backTo = Math.min(this.#backTo, returned - 1);
    if (this.#state !== "idle") return;
    this.#state = "running";
    // Rejects for nothing: what can fail is caught where it does.
    void this.#run();
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancel?.();
    this.#abort?.abort(new StateFunError("draining", "the runtime is closing"));
  }

  async #run(): Promise<void> {
    while (this.#state === "running" && !this.#journal.isStopped) {
      const limit = this.#singles > 0 ? 1 : pageSize;
      const page = this.#page(limit);
      if (page === undefined) return;
      if (page.length === 0) {
        if (this.#hasMore) {
          this.#hasMore = false;
          continue;
        }
        this.#state = "idle";
        this.#onIdle();
        return;
      }
      this.#hasMore = false;
      const error = await this.#deliver(page);
      if (this.#journal.isStopped || this.#isStopped()) return;
      if (error === undefined) this.#taken(page);
      else if (!this.#giveUp(page, error.reason)) {
        this.#waitAndRetry(error.reason);
        return;
      }
    }
  }

  // Read after a wait: narrowing by an earlier comparison would be wrong.
  #isStopped(): boolean {
    return this.#state === "stopped";
  }

  /** The next records that survive a crash; undefined when the store cannot be read. */
  #page(limit: number): readonly EgressRow[] | undefined {
    this.#after = Math.min(this.#after, this.#backTo);
    this.#backTo = Number.POSITIVE_INFINITY;
    try {
      const last = this.#journal.durableNumber;
      for (;;) {
        const rows = this.#store.unsent(this.#egress, this.#after, limit);
        const page = rows.filter(({ number }) => number <= last && this.#mayLeave(number));
        const end = rows.at(-1);
        if (page.length > 0 || end === undefined || end.number > last) return page;
        this.#after = end.number;
      }
    } catch (error) {
      this.#waitAndRetry(error);
      return undefined;
    }
  }

  /** It was not taken before, and the window that it is in survives a crash. */
  #mayLeave(number: Position): boolean {
    if (this.#options.isReturning(number)) return false;
    return !this.#journal.overlays.some(({ egressRemoved }) => egressRemoved.has(number));
  }

  /** What went wrong, if anything did. */
  async #deliver(page: readonly EgressRow[]): Promise<{ readonly reason: unknown } | undefined> {
    const controller = new AbortController();
    this.#abort = controller;
    const { timeoutMs } = this.#options;
    let cancel: (() => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
      cancel = this.#clock.after(timeoutMs, () => {
        const text = `delivery to ${this.#egress} took longer than ${timeoutMs} ms`;
        controller.abort(new StateFunError("timed_out", text));
      });
    });
    try {
      await Promise.race([this.#target.deliver(page, controller.signal), end]);
      return undefined;
    } catch (reason) {
      return { reason };
    } finally {
      cancel?.();
      this.#abort = undefined;
    }
  }

  #taken(page: readonly EgressRow[]): void {
    this.#failures = 0;
    if (this.#singles > 0) this.#singles -= page.length;
    this.#after = page.at(-1)?.number ?? this.#after;
    this.#journal.window.removeEgress(page.map(({ number }) => number));
    // Lost, it would be delivered again under its id.
    this.#journal.touchLazily();
  }

  /** Whether a retry cannot help, and what follows is done. */
  #giveUp(page: readonly EgressRow[], error: unknown): boolean {
    const code = error instanceof StateFunError ? error.code : "non_retryable";
    if (!isNonRetryable(error) && code !== "message_undecodable") return false;
    if (page.length > 1) {
      this.#singles = page.length;
      return true;
    }
    for (const { number, egress, from, argument } of page) {
      const cause = { code, reason: reasonOf(error), attempts: 1 };
      const letter = { target: from, caller: undefined, argument };
      this.#deadLetters.add(letter, cause, { egress, number });
    }
    this.#options.onError(error, { egress: this.#egress });
    this.#taken(page);
    return true;
  }

  #waitAndRetry(error: unknown): void {
    this.#options.onError(error, { egress: this.#egress });
    this.#failures++;
    this.#state = "waiting";
    const delayMs = backOffMs(deliveryRetry, this.#failures, this.#options.random);
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#state = "idle";
      this.wake();
    });
    this.#onIdle();
  }
}
