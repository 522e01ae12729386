import { type EgressRow, isKept } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { copyOfEgress } from "./copies.ts";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";
import { assertNew } from "./memory-checks.ts";
import { GroupedRows } from "./numbered-rows.ts";

interface KeptEntry extends Expiring {
  readonly number: number;
  readonly record: EgressRow;
}

/** Records on their way out, and kept ones: two kinds that never turn into each other. */
export class MemoryEgress {
  readonly #unsent = new GroupedRows<EgressRow>();
  readonly #kept = new GroupedRows<KeptEntry>();
  readonly #expiry = new ExpiryQueue<KeptEntry>();
  /** The egress of each record, which a removal does not name. */
  readonly #unsentEgress = new Map<number, string>();
  readonly #keptEgress = new Map<number, string>();

  unsentEgresses(): string[] {
    return this.#unsent.names();
  }

  unsent(egress: string, after: number, limit: number): EgressRow[] {
    return this.#unsent.page(egress, after, limit).map(copyOfEgress);
  }

  /** In order of number, which is not that of expiry: expired ones that are not swept yet lie in between. */
  kept(egress: string, after: number, limit: number, time: number): EgressRow[] {
    const rows: EgressRow[] = [];
    let last = after;
    while (rows.length < limit) {
      const page = this.#kept.page(egress, last, limit);
      const end = page.at(-1);
      if (end === undefined) break;
      last = end.number;
      for (const { record } of page) if (isAlive(record, time)) rows.push(copyOfEgress(record));
    }
    return rows.slice(0, limit);
  }

  /** Those of both kinds. */
  all(): EgressRow[] {
    return [...this.#unsent.rows(), ...this.#kept.rows().map(({ record }) => record)];
  }

  check({ egress }: CommitWindow): void {
    for (const wantsKept of [false, true]) {
      const added = egress.added.filter((row) => isKept(row) === wantsKept);
      const egresses = wantsKept ? this.#keptEgress : this.#unsentEgress;
      assertNew(
        { added, removed: egress.removed },
        (number) => egresses.has(number),
        "egress record",
      );
    }
  }

  apply({ egress }: CommitWindow): void {
    for (const number of egress.removed) {
      this.#removeUnsent(number);
      this.#removeKept(number);
    }
    for (const record of egress.added) this.#add(record);
  }

  sweep(time: number, limit: number): boolean {
    return this.#expiry.sweep(time, limit, ({ number }) => this.#removeKept(number));
  }

  /** The oldest go, those above `maxRecords`, at most so many of them. */
  trim(egress: string, maxRecords: number, limit: number): void {
    const excess = Math.min(this.#kept.sizeOf(egress) - maxRecords, limit);
    if (excess <= 0) return;
    const oldest = this.#kept.page(egress, Number.NEGATIVE_INFINITY, excess);
    for (const { number } of oldest) this.#removeKept(number);
  }

  #add(record: EgressRow): void {
    const { number, egress } = record;
    if (!isKept(record)) {
      this.#unsentEgress.set(number, egress);
      this.#unsent.add(egress, record);
      return;
    }
    const row: KeptEntry = { number, record, expiresAt: record.expiresAt, ticket: undefined };
    this.#keptEgress.set(number, egress);
    this.#kept.add(egress, row);
    this.#expiry.track(row);
  }

  #removeUnsent(number: number): void {
    const egress = this.#unsentEgress.get(number);
    if (egress === undefined) return;
    this.#unsentEgress.delete(number);
    this.#unsent.delete(egress, number);
  }

  #removeKept(number: number): void {
    const egress = this.#keptEgress.get(number);
    if (egress === undefined) return;
    const row = this.#kept.get(egress, number);
    if (row !== undefined) this.#expiry.untrack(row);
    this.#keptEgress.delete(number);
    this.#kept.delete(egress, number);
  }
}

function isAlive(row: EgressRow, time: number): boolean {
  return isKept(row) && row.expiresAt > time;
}
