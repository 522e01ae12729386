import type { Opened } from "../../../engine/contract/store.ts";
import { type Damage, isClash } from "../../damage.ts";
import { damaged } from "../object-errors.ts";
import { strayRows } from "../object-stray-rows.ts";
import type { ObjectRows } from "./object-rows.ts";

/** Puts aside the rows that something failed by, so that it can be tried again. Called outside of a transaction. */
export class ObjectMend {
  readonly #rows: ObjectRows;
  readonly #damage: Damage;

  constructor(rows: ObjectRows, damage: Damage) {
    this.#rows = rows;
    this.#damage = damage;
  }

  /** When it is opened: what is in the head and cannot be found by a key. */
  head(): void {
    const { aside } = this.#rows;
    if (!aside.hasBroken()) return;
    this.#found("rows in its head", damaged("row", undefined), () => aside.moveBroken());
  }

  /** Whether there were any. */
  mend(error: unknown, progress: () => Pick<Opened, "lastNumber" | "lastCell">): boolean {
    if (!this.#damage.isReported) return false;
    return isClash(error) ? this.#moveStray(progress()) : this.#moveNumberless(error);
  }

  /** What a window was refused for: rows whose numbers were never given out. */
  #moveStray(progress: Pick<Opened, "lastNumber" | "lastCell">): boolean {
    const { aside } = this.#rows;
    const stray = strayRows(aside.all(), progress);
    const cause = damaged("number that was never given out", undefined);
    if (stray.length === 0) return false;
    this.#found("rows", cause, () => {
      for (const { kind, key } of stray) aside.move(kind, key);
    });
    return true;
  }

  /** Rows with an integer that JavaScript has no number for: some runtimes give no row of a statement that finds one. */
  #moveNumberless(error: unknown): boolean {
    const { aside } = this.#rows;
    if (!(error instanceof RangeError) || !aside.hasNumberless()) return false;
    this.#found("rows with numbers out of range", error, () => aside.moveNumberless());
    return true;
  }

  #found(what: string, cause: unknown, move: () => void): void {
    this.#damage.found(what, cause, move, (body) => this.#rows.transaction(body));
  }
}
