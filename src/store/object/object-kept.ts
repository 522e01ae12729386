import { type EgressRow, isKept } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { RowCounts } from "../row-counts.ts";
import { egressOf, egressTo } from "./object-egress.ts";
import { ObjectGroups } from "./object-groups.ts";
import { endOf, keyOf } from "./object-keys.ts";
import { kept } from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import { bytesIn, type RowRange } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** Records that are kept for reading. */
export class ObjectKept {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;
  readonly #groups: ObjectGroups;
  /** By egress. */
  readonly #counts: RowCounts<string>;

  constructor(records: ObjectRecords, times: ObjectTimes) {
    this.#records = records;
    this.#rows = records.rows;
    this.#counts = new RowCounts(records.rows.aside);
    this.#times = times;
    this.#groups = new ObjectGroups(records.rows, kept);
  }

  page(egress: string, after: number, limit: number, time: number): EgressRow[] {
    const prefix = keyOf(egress);
    return this.#records.page(kept, egressOf, prefix, after, limit, time);
  }

  all(): EgressRow[] {
    return this.#records.every(kept, egressOf);
  }

  apply({ egress: { added, removed } }: CommitWindow): void {
    for (const number of removed) {
      const egress = this.#groups.remove(number);
      if (egress !== undefined) this.#counts.change(egress, -1);
    }
    for (const record of added) {
      if (!isKept(record)) continue;
      const { egress, number, expiresAt } = record;
      this.#groups.add(egress, number, "kept record", egressTo(record));
      this.#times.added(kept, expiresAt);
      this.#counts.change(egress, 1);
    }
  }

  sweep(time: number, limit: number): boolean {
    return this.#times.sweep(kept, time, limit, (key) => {
      // Expiry is not in the order of any egress: they are counted again.
      this.#counts.forget();
      this.#rows.drop(kept, key);
    });
  }

  /** The oldest go, those above `maxRecords`, at most so many of them. */
  trim(egress: string, maxRecords: number, limit: number): void {
    const excess = Math.min(this.#count(egress) - maxRecords, limit);
    if (excess <= 0) return;
    const keys = this.#rows.keys(kept, { ...rangeOf(egress), limit: excess });
    for (const key of keys) this.#rows.drop(kept, bytesIn(key, "key"));
    this.#counts.change(egress, -keys.length);
  }

  /** After a window that was rolled back: what was counted in it is not so. */
  forgetCounts(): void {
    this.#counts.forget();
  }

  #count(egress: string): number {
    return this.#counts.get(egress, () => this.#rows.count(kept, rangeOf(egress)));
  }
}

function rangeOf(egress: string): RowRange {
  const after = keyOf(egress);
  return { after, before: endOf(after) };
}
