import { reasonOf } from "../../internal/show.ts";
import { backOffMs, deliveryRetry } from "../../model/back-off.ts";
import type { Lanes, LanesParts } from "../contract/lanes.ts";
import type { EgressRow, Position } from "../contract/records.ts";
import type { Trouble } from "../contract/trouble.ts";

const pageSize = 100;
/** How long a lane waits where nothing may leave, before it looks again. */
const heldMs = 1_000;
/** Records that are looked at before others get their turn. */
const maxScanned = 2_000;

interface Lane {
  readonly name: string;
  /** Its records up to here were taken. */
  after: Position;
  /** A record before that has come back: from here on they are read again. */
  backTo: Position;
  /** The last one that waits for it. */
  last: Position;
  failures: number;
  reason: unknown;
  sinceMs: number;
  state: "running" | "waiting";
  cancel: (() => void) | undefined;
}

/**
 * The lanes of an egress that are held up: each waits behind its record that was not taken, tries that again, and works off what has
 * come meanwhile in order. All other lanes go on.
 */
export class WaitingLanes implements Lanes {
  readonly #parts: LanesParts;
  readonly #laneOf: (row: EgressRow) => string;
  readonly #lanes = new Map<string, Lane>();
  #isStopped = false;

  /** `laneOf` names the lane of a record, always the same. Throws nothing. */
  constructor(parts: LanesParts, laneOf: (row: EgressRow) => string) {
    this.#parts = parts;
    this.#laneOf = laneOf;
  }

  get isIdle(): boolean {
    for (const { state } of this.#lanes.values()) if (state === "running") return false;
    return true;
  }

  get isEmpty(): boolean {
    return this.#lanes.size === 0;
  }

  /** Whether a record has to wait for its lane. It does from then on. */
  holds(row: EgressRow): boolean {
    if (this.#lanes.size === 0) return false;
    const lane = this.#lanes.get(this.#laneOf(row));
    if (lane === undefined) return false;
    lane.backTo = Math.min(lane.backTo, row.number - 1);
    lane.last = Math.max(lane.last, row.number);
    return true;
  }

  /** A record was not taken: its lane waits. */
  hold(row: EgressRow, reason: unknown): void {
    if (this.holds(row)) return;
    const { options } = this.#parts;
    const { number } = row;
    const name = this.#laneOf(row);
    const sinceMs = options.clock.now();
    const lane: Lane = {
      ...{ name, after: number - 1, last: number, failures: 0, reason, sinceMs },
      backTo: Number.POSITIVE_INFINITY,
      state: "waiting",
      cancel: undefined,
    };
    this.#lanes.set(name, lane);
    this.#wait(lane, reason);
  }

  stop(): void {
    this.#isStopped = true;
    for (const { cancel } of this.#lanes.values()) cancel?.();
    this.#lanes.clear();
  }

  troubles(): readonly Trouble[] {
    return Array.from(this.#lanes.values(), ({ name, reason, sinceMs }) => {
      return { part: name, reason: reasonOf(reason), sinceMs };
    });
  }

  #wait(lane: Lane, reason: unknown): void {
    const { egress, options } = this.#parts;
    lane.failures++;
    lane.reason = reason;
    options.onError(reason, { egress });
    this.#again(lane, backOffMs(deliveryRetry, lane.failures, options.random));
  }

  #again(lane: Lane, delayMs: number): void {
    const { options, onIdle } = this.#parts;
    lane.state = "waiting";
    lane.cancel = options.clock.after(delayMs, () => void this.#run(lane));
    onIdle();
  }

  /** Rejects for nothing: what can fail is caught where it does. */
  async #run(lane: Lane): Promise<void> {
    const { journal, onIdle, options } = this.#parts;
    lane.state = "running";
    while (!this.#isStopped && !journal.isStopped) {
      if (options.isHeld()) return this.#again(lane, heldMs);
      let page: readonly EgressRow[] | undefined;
      try {
        page = this.#page(lane);
      } catch (error) {
        return this.#wait(lane, error);
      }
      if (page === undefined) {
        this.#lanes.delete(lane.name);
        onIdle();
        return;
      }
      if (page.length === 0) {
        await new Promise<void>((resolve) => options.defer(resolve));
        continue;
      }
      const outcome = await this.#parts.attempt(page);
      if (this.#isStopped || journal.isStopped) return;
      const [first] = outcome.left;
      if (first !== undefined) {
        lane.after = first.row.number - 1;
        return this.#wait(lane, first.reason);
      }
      lane.failures = 0;
      lane.after = page.at(-1)?.number ?? lane.after;
    }
  }

  /** Its next records: none of them where it has to look further, undefined where there are no more. */
  #page(lane: Lane): readonly EgressRow[] | undefined {
    const { store, egress, mayLeave } = this.#parts;
    lane.after = Math.min(lane.after, lane.backTo);
    lane.backTo = Number.POSITIVE_INFINITY;
    const rows = store.unsent(egress, lane.after, maxScanned);
    const own = rows.filter(
      (row) => row.number <= lane.last && this.#laneOf(row) === lane.name && mayLeave(row.number),
    );
    if (own.length > 0) return own.slice(0, pageSize);
    const end = rows.at(-1);
    if (end === undefined || end.number >= lane.last) return undefined;
    lane.after = end.number;
    return [];
  }
}
