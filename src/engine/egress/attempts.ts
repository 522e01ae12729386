import { StateFunError } from "../../internal/errors.ts";
import { reasonOf } from "../../internal/show.ts";
import { isUndeliverable } from "../../model/failures.ts";
import { windowRecords } from "../commit/in-windows.ts";
import type { Journal } from "../commit/journal.ts";
import type { Untaken } from "../contract/lanes.ts";
import type { EgressTarget, EngineOptions } from "../contract/options.ts";
import type { EgressRow } from "../contract/records.ts";
import type { Observed } from "../contract/telemetry/observed.ts";
import type { DeadLetters } from "../failures/dead-letters.ts";

export interface AttemptsParts {
  readonly egress: string;
  readonly target: Extract<EgressTarget, { kind: "deliver" }>;
  readonly journal: Journal;
  readonly deadLetters: DeadLetters;
  readonly options: Pick<EngineOptions, "clock" | "timeoutMs" | "onError"> &
    Observed & { readonly onGone: (records: number) => void };
}

/** What is left of a page, in its order. */
export interface Outcome {
  readonly left: readonly Untaken[];
  /** The delivery failed as a whole. */
  readonly isWhole: boolean;
}

/** What was not taken, or why all of it was not. */
type Delivered = readonly Untaken[] | { readonly reason: unknown };

/** Deliveries of one egress, each with its time limit; what was taken or given up is removed in the open window. */
export class Attempts {
  readonly #parts: AttemptsParts;
  readonly #running = new Set<AbortController>();

  constructor(parts: AttemptsParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async run(page: readonly EgressRow[]): Promise<Outcome> {
    const { journal } = this.#parts;
    const delivery = this.#parts.options.recording?.recorder?.delivery(page);
    const untaken = await this.#observed(page);
    if (journal.isStopped) return { left: [], isWhole: false };
    delivery?.ended(untaken);
    if ("reason" in untaken) {
      const left = page.map((row) => ({ row, reason: untaken.reason }));
      return { left, isWhole: true };
    }
    const left = untaken.filter((one) => !this.#giveUp(one));
    const waiting = new Set(left.map(({ row }) => row.number));
    this.remove(page.filter(({ number }) => !waiting.has(number)));
    return { left, isWhole: false };
  }

  stop(): void {
    const error = new StateFunError("draining", "the runtime is closing");
    for (const controller of this.#running) controller.abort(error);
  }

  /** These are not delivered again. */
  remove(rows: readonly EgressRow[]): void {
    const { journal, options } = this.#parts;
    if (rows.length === 0) return;
    options.onGone(rows.length);
    journal.window.removeEgress(rows.map(({ number }) => number));
    // Lost, it would be delivered again under its id.
    if (journal.window.egressRemoved.size < windowRecords) journal.touchLazily();
    else journal.touch();
  }

  /** Whether no retry can help. */
  isHopeless({ reason }: Untaken): boolean {
    return isUndeliverable(reason);
  }

  /** Makes a dead letter of a record, where a retry cannot help. */
  giveUp(one: Untaken): boolean {
    if (!this.isHopeless(one)) return false;
    const { egress, deadLetters, options } = this.#parts;
    const { row, reason } = one;
    const code = codeOf(reason);
    const cause = { code, reason: reasonOf(reason), attempts: 1 };
    const { from: target, argument } = row;
    deadLetters.add({ target, caller: undefined, argument }, cause, { egress, number: row.number });
    options.onError(reason, { egress });
    return true;
  }

  #giveUp(one: Untaken): boolean {
    if (one.isDropped !== true) return this.giveUp(one);
    const { egress, options } = this.#parts;
    options.onError(one.reason, { egress });
    return true;
  }

  /** Delivers, and reports how many were taken and how many were not. */
  async #observed(page: readonly EgressRow[]): Promise<Delivered> {
    const { egress, journal, options } = this.#parts;
    const { observer, kind: engine = "embedded", clock } = options;
    if (observer?.delivered === undefined) return this.#deliver(page);
    const startedAt = clock.monotonic();
    const untaken = await this.#deliver(page);
    if (journal.isStopped) return untaken;
    const durationMs = clock.monotonic() - startedAt;
    const report = (records: number, error: unknown): void => {
      if (records > 0) observer.delivered?.({ engine, egress, records, durationMs, error });
    };
    if ("reason" in untaken) report(page.length, untaken.reason);
    else {
      report(page.length - untaken.length, undefined);
      report(untaken.length, untaken[0]?.reason);
    }
    return untaken;
  }

  async #deliver(page: readonly EgressRow[]): Promise<Delivered> {
    const controller = new AbortController();
    this.#running.add(controller);
    const { egress, target, options } = this.#parts;
    const { timeoutMs } = options;
    let cancel: (() => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      controller.signal.addEventListener("abort", () => reject(controller.signal.reason));
      cancel = options.clock.after(timeoutMs, () => {
        const text = `delivery to ${egress} took longer than ${timeoutMs} ms`;
        controller.abort(new StateFunError("timed_out", text));
      });
    });
    try {
      return await Promise.race([target.deliver(page, controller.signal), end]);
    } catch (reason) {
      return { reason };
    } finally {
      cancel?.();
      this.#running.delete(controller);
    }
  }
}

function codeOf(reason: unknown): string {
  return reason instanceof StateFunError ? reason.code : "non_retryable";
}
