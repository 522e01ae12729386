import type { Opened } from "../../engine/contract/store.ts";
import { type Damage, isClash } from "../damage.ts";
import { damaged } from "./compact-errors.ts";
import type { CompactRows } from "./compact-rows.ts";
import { strayRows } from "./compact-stray-rows.ts";

/** Puts aside the rows that something failed by, so that it can be tried again. Called outside of a transaction. */
export class CompactMend {
  readonly #rows: CompactRows;
  readonly #damage: Damage;

  constructor(rows: CompactRows, damage: Damage) {
    this.#rows = rows;
    this.#damage = damage;
  }

  /** Whether there were any. */
  mend(error: unknown, progress: () => Pick<Opened, "lastNumber" | "lastCell">): boolean {
    if (!this.#damage.isReported) return false;
    return isClash(error) ? this.#dropStray(progress()) : this.#dropNumberless(error);
  }

  /** What a window was refused for: rows whose numbers were never given out. */
  #dropStray(progress: Pick<Opened, "lastNumber" | "lastCell">): boolean {
    const stray = strayRows(this.#rows.all(), progress);
    const cause = damaged("number that was never given out", undefined);
    if (stray.length === 0) return false;
    this.#damage.found("rows", cause, () => {
      for (const { kind, key } of stray) this.#rows.putAside(kind, key);
    });
    return true;
  }

  /** Rows with an integer that JavaScript has no number for: some runtimes give no row of a statement that finds one. */
  #dropNumberless(error: unknown): boolean {
    if (!(error instanceof RangeError) || !this.#rows.hasNumberless()) return false;
    this.#damage.found("rows with numbers out of range", error, () => {
      this.#rows.putNumberlessAside();
    });
    return true;
  }
}
