import { reasonOf } from "../../internal/show.ts";
import { backOffMs, deliveryRetry } from "../../model/back-off.ts";
import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { Lanes, Untaken } from "../contract/lanes.ts";
import type { EgressTarget, EngineOptions } from "../contract/options.ts";
import type { EgressRow, Position } from "../contract/records.ts";
import type { Store } from "../contract/store.ts";
import type { Observed } from "../contract/telemetry/observed.ts";
import type { Trouble } from "../contract/trouble.ts";
import type { DeadLetters } from "../failures/dead-letters.ts";
import { Attempts } from "./attempts.ts";

/** Records of one delivery. */
const pageSize = 100;

export interface DeliveryOptions
  extends Pick<EngineOptions, "clock" | "timeoutMs" | "random" | "defer" | "onError">,
    Observed {
  /** Runs what may end the process by itself, and is blamed on no message. */
  readonly beside: <T>(run: () => Promise<T>) => Promise<T>;
  /** Whether a record is a dead letter that was sent again, in a window that may still be lost. */
  readonly isReturning: (number: Position) => boolean;
  /** Whether nothing leaves for now. Later `wake` is called. */
  readonly isHeld: () => boolean;
  /** So many records do not wait any more: they were delivered, given up or dropped. */
  readonly onGone: (records: number) => void;
}

/**
 * Takes the records of one egress out, in order, one page at a time, until each was taken once. What a lane of it holds up is left to
 * its lanes, where it has such.
 */
export class Delivery {
  readonly #egress: string;
  readonly #store: Store;
  readonly #journal: Journal;
  readonly #options: DeliveryOptions;
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #attempts: Attempts;
  readonly #lanes: Lanes | undefined;
  /** Everything up to here was taken, though the store may not know yet. */
  #after: Position = 0;
  /** A record before that has come back: from here on they are read again. */
  #backTo = Number.POSITIVE_INFINITY;
  #failures = 0;
  #trouble: Trouble | undefined;
  /** How many records go one by one, to find the one that can never be taken. */
  #singles = 0;
  #state: "idle" | "running" | "waiting" | "stopped" = "idle";
  /** Records came while it was running. */
  #hasMore = false;
  #cancel: (() => void) | undefined;
  /** As was reported. */
  #isUp = true;

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
    this.#store = store;
    this.#journal = journal;
    this.#options = options;
    this.#clock = options.clock;
    this.#onIdle = (): void => {
      this.#report();
      onIdle();
    };
    this.#attempts = new Attempts({ egress, target, journal, deadLetters, options });
    const attempt = (page: readonly EgressRow[]) => this.#attempt(page);
    const mayLeave = (number: Position) => this.#mayLeave(number);
    this.#lanes = target.lanes?.({
      ...{ egress, store, mayLeave, journal, options, attempt },
      onIdle: this.#onIdle,
    });
  }

  get isIdle(): boolean {
    return this.#state !== "running" && (this.#lanes?.isIdle ?? true);
  }

  get isDrained(): boolean {
    return this.#state === "stopped" || (this.#state === "idle" && (this.#lanes?.isEmpty ?? true));
  }

  /** What does not work now. */
  get troubles(): readonly Trouble[] {
    return [
      ...(this.#trouble === undefined ? [] : [this.#trouble]),
      ...(this.#lanes?.troubles() ?? []),
    ];
  }

  /** There are records that may leave; `returned` is the number of one that is not a new one. */
  wake(returned: Position = Number.POSITIVE_INFINITY): void {
    this.#hasMore = true;
    this.#backTo = Math.min(this.#backTo, returned - 1);
    if (this.#state !== "idle" || this.#options.isHeld()) return;
    this.#state = "running";
    // Rejects for nothing: what can fail is caught where it does.
    void this.#run();
  }

  stop(): void {
    this.#state = "stopped";
    this.#cancel?.();
    this.#attempts.stop();
    this.#lanes?.stop();
  }

  async #run(): Promise<void> {
    while (this.#state === "running" && !this.#journal.isStopped) {
      if (this.#options.isHeld()) {
        this.#state = "idle";
        this.#onIdle();
        return;
      }
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
      const { left, isWhole } = await this.#attempt(page);
      if (this.#journal.isStopped || this.#isStopped()) return;
      const [first] = left;
      if (!isWhole || first === undefined) {
        for (const { row, reason } of left) this.#lanes?.hold(row, reason);
        this.#passed(page);
        this.#report();
        // A delivery that waits for nothing would have the thread until all are out.
        await new Promise<void>((resolve) => this.#options.defer(resolve));
      } else if (!this.#giveUp(page, first)) {
        this.#waitAndRetry(first.reason);
        return;
      }
    }
  }

  #attempt(page: readonly EgressRow[]): ReturnType<Attempts["run"]> {
    return this.#options.beside(() => this.#attempts.run(page));
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
        const page = rows.filter((row) => this.#mayLeave(row.number) && !this.#lanes?.holds(row));
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
    if (number > this.#journal.durableNumber || this.#options.isReturning(number)) return false;
    return !this.#journal.overlays.some(({ egressRemoved }) => egressRemoved.has(number));
  }

  /** Nothing of the page is left for this to do. */
  #passed(page: readonly EgressRow[]): void {
    this.#failures = 0;
    this.#trouble = undefined;
    if (this.#singles > 0) this.#singles -= page.length;
    this.#after = page.at(-1)?.number ?? this.#after;
  }

  /** Whether a retry cannot help, and what follows is done: of several records each is looked at by itself. */
  #giveUp(page: readonly EgressRow[], first: Untaken): boolean {
    if (page.length > 1) {
      if (!this.#attempts.isHopeless(first)) return false;
      this.#singles = page.length;
      return true;
    }
    if (!this.#attempts.giveUp(first)) return false;
    this.#attempts.remove(page);
    this.#passed(page);
    return true;
  }

  /** Whether it works, if that has changed. */
  #report(): void {
    const { observer, kind: engine = "embedded" } = this.#options;
    if (observer?.reachable === undefined || this.#state === "stopped") return;
    const [first] = this.troubles;
    const isUp = first === undefined;
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    const name = this.#egress;
    observer.reachable({ engine, kind: "egress", name, isUp, reason: first?.reason });
  }

  #waitAndRetry(error: unknown): void {
    this.#options.onError(error, { egress: this.#egress });
    this.#failures++;
    const sinceMs = this.#trouble?.sinceMs ?? this.#clock.now();
    this.#trouble = { part: this.#egress, reason: reasonOf(error), sinceMs };
    this.#state = "waiting";
    const delayMs = backOffMs(deliveryRetry, this.#failures, this.#options.random);
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#state = "idle";
      this.wake();
    });
    this.#onIdle();
  }
}
