import { bytesFromText, joined } from "../../../internal/bytes.ts";
import { isNumberless } from "../../damage.ts";
import type { Row, SqlDriver, SqlValue } from "../../drivers/sql-driver.ts";
import type { AsideCount } from "../../row-counts.ts";
import { damaged, progress } from "../object-kinds.ts";
import type { HeadStore } from "./head-store.ts";
import type { ObjectTable } from "./object-table.ts";

const insert =
  "INSERT OR REPLACE INTO statefun (kind, key, at, number, data) VALUES (?, ?, ?, ?, ?)";

/** Puts rows aside that cannot be read: under the kind `damaged`, in rows of their own. What changes rows is for a transaction. */
export class ObjectAside implements AsideCount {
  readonly #driver: SqlDriver;
  readonly #table: ObjectTable;
  readonly #store: HeadStore;
  timesAside = 0;

  constructor(driver: SqlDriver, table: ObjectTable, store: HeadStore) {
    this.#driver = driver;
    this.#table = table;
    this.#store = store;
  }

  /** Every row except that of the progress. */
  all(): readonly Row[] {
    const { head } = this.#store;
    const packed = Array.from(head.all(), ({ kind, key, number, data }) => {
      return { kind, key, number, data };
    });
    return [...packed, ...this.#table.all()];
  }

  /** A row by its kind and key. */
  move(kind: number, key: SqlValue): void {
    this.timesAside += 1;
    const packed = key instanceof Uint8Array ? this.#store.head.drop(kind, key) : undefined;
    if (packed === undefined) {
      const sql = "UPDATE OR REPLACE statefun SET kind = ?, key = ? WHERE kind = ? AND key IS ?";
      this.#driver.exec(sql, damaged, asideKey(kind, key), kind, key);
    } else {
      const { at, number, data } = packed;
      this.#driver.exec(insert, damaged, asideKey(kind, packed.key), at, number, data);
    }
    this.#table.added(damaged);
  }

  /** Whether the head has something that should be a row and is not. */
  hasBroken(): boolean {
    return this.#store.head.broken.length > 0;
  }

  /** All of these, as parts of the progress. */
  moveBroken(): void {
    const { head } = this.#store;
    for (const bytes of head.broken) {
      // A key is not longer than three names.
      const key = asideKey(progress, bytes.slice(0, 1_000));
      this.#driver.exec(insert, damaged, key, null, null, bytes);
    }
    head.dropBroken();
    this.#table.added(damaged);
  }

  /** Whether a row has an integer that JavaScript has no number for. */
  hasNumberless(): boolean {
    return this.#driver.exec(`SELECT 1 FROM statefun WHERE ${numberless()} LIMIT 1`).length > 0;
  }

  /** All of these. */
  moveNumberless(): void {
    this.timesAside += 1;
    const sql = `UPDATE OR REPLACE statefun SET kind = ?, at = NULL, number = NULL, parts = NULL,
      data = CAST(data AS BLOB),
      key = CAST(CAST(kind AS TEXT) || ' ' || hex(key) AS BLOB) WHERE ${numberless()}`;
    this.#driver.exec(sql, damaged);
    this.#table.added(damaged);
  }
}

/** The condition of these rows. */
function numberless(): string {
  return ["kind", "key", "at", "number", "parts", "data"].map(isNumberless).join(" OR ");
}

/** The key that a row had, behind its kind. */
function asideKey(kind: number, key: SqlValue): Uint8Array {
  const bytes = key instanceof Uint8Array ? key : bytesFromText(String(key));
  return joined([Uint8Array.of(kind), bytes]);
}
