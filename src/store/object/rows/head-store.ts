import { progressOf } from "../../damage.ts";
import type { SqlDriver } from "../../drivers/sql-driver.ts";
import type { Schema } from "../../schema.ts";
import { finalFailure } from "../../store-errors.ts";
import { outbox, progress } from "../object-kinds.ts";
import { progressMissing } from "../object-schema.ts";
import type { ObjectTable } from "./object-table.ts";
import { type ObjectWrites, headKey } from "./object-writes.ts";
import { Head } from "./head.ts";
import { storedHead } from "./head-row.ts";

/** How large the head is. */
export interface HeadLimits {
  /**
   * Of the head as a whole. A window writes all of it: on workerd 16 kB cost 15 µs more than 300 bytes, 32 kB 26 µs, and
   * 64 kB 150 µs.
   */
  readonly headBytes: number;
  /** Of a row with its key, packs of an outbox excepted. One that is larger is worth a row of its own. */
  readonly rowBytes: number;
}

export const headLimits: HeadLimits = { headBytes: 32_768, rowBytes: 2_048 };

/** The head as it is stored: reads it once, and writes it at the end of a transaction that has changed it. */
export class HeadStore {
  readonly #driver: SqlDriver;
  readonly #schema: Schema;
  readonly #table: ObjectTable;
  readonly #writes: ObjectWrites;
  readonly #limits: HeadLimits;
  #head: Head | undefined;
  /** It was too large, and is to become half of that. */
  #isShrinking = false;

  constructor(
    driver: SqlDriver,
    schema: Schema,
    table: ObjectTable,
    writes: ObjectWrites,
    { headBytes, rowBytes }: HeadLimits,
  ) {
    this.#driver = driver;
    this.#schema = schema;
    this.#table = table;
    this.#writes = writes;
    this.#limits = { headBytes: Math.min(headBytes, driver.maxValueBytes), rowBytes };
  }

  /** The most that a row of it takes. */
  get rowBytes(): number {
    return this.#limits.rowBytes;
  }

  get head(): Head {
    this.#head ??= this.#read();
    return this.#head;
  }

  /** After a transaction that was rolled back. */
  forget(): void {
    this.#head = undefined;
  }

  /** Whether a row of this size is to stand in the head, which may be too large until it is saved: then the oldest go. */
  takes(kind: number, bytes: number): boolean {
    const { headBytes, rowBytes } = this.#limits;
    // What is sent is acknowledged soon: as a row of its own it would be written twice, to come and to go.
    const most = kind === outbox ? Math.max(rowBytes, headBytes / 4) : rowBytes;
    return bytes <= most && this.head.bytes + bytes <= headBytes * 1.25;
  }

  /** Whether one that has a row of its own is to come back. Far below the limit, so that none goes to and fro. */
  takesBack(bytes: number): boolean {
    return this.head.bytes + bytes <= this.#limits.headBytes / 4;
  }

  /** At the end of a transaction. */
  save(): void {
    const head = this.head;
    if (!head.isChanged) return;
    this.#shrink(head);
    const { mark } = head;
    const data = head.encoded();
    if (mark === undefined) {
      const { version, readableBy } = this.#schema;
      this.#writes.insert(progress, headKey, { at: readableBy, number: version, data });
    } else if (!this.#writes.replaceHead(mark, data)) {
      throw finalFailure(this.#driver.name, "another engine has committed a window meanwhile");
    }
    head.saved(this.#writes.markOf(data));
  }

  /**
   * The rows that were written longest ago get rows of their own. A window moves about as many as it has written, so that it
   * costs no more than without a head; more of them only where the head would be too large.
   */
  #shrink(head: Head): void {
    const { headBytes } = this.#limits;
    this.#isShrinking ||= head.bytes > headBytes;
    if (!this.#isShrinking) return;
    // The progress stays, and may have a long name in it.
    const own = head.progress?.length ?? 0;
    const goal = Math.max(headBytes, own) / 2 + own / 2;
    let moved = 0;
    for (const { kind, key, at, number, data } of head.all()) {
      this.#isShrinking = head.bytes > goal;
      const isEnough = head.bytes <= headBytes && moved > head.puts;
      if (isEnough || !this.#isShrinking) return;
      head.drop(kind, key);
      this.#writes.put(kind, key, { at: at ?? undefined, number: number ?? undefined, data });
      moved += 1;
    }
  }

  #read(): Head {
    if (!this.#table.tables.exists) return new Head(undefined);
    return progressOf(this.#driver.name, () => {
      const [row] = this.#table.read(progress, { key: headKey });
      if (row === undefined) throw progressMissing(this.#driver.name);
      const { data } = this.#table.whole(progress, row);
      return new Head(this.#writes.markOf(data), storedHead(data));
    });
  }
}
