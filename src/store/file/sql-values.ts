import type { WireValue } from "../../model/invocation.ts";
import { damaged, optionalBytesOf, optionalIntegerOf, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { bytesFromHeaders, headersFromBytes } from "../header-bytes.ts";

/** The row that a value belongs to. */
export interface ValueOwner {
  readonly table: string;
  readonly number: number;
}

/** The columns of a value, in the order of `store`. */
export const valueColumns = "type, value, headers, split";

/**
 * Values in their rows. One that is too long for its row is in `parts`, cut into pieces: its headers and then
 * its bytes. The row's `split` says where the bytes begin, and its `value` is empty then, or NULL if there are no bytes.
 *
 * As long as a table has no such value, nothing here costs a statement.
 */
export class SqlValues {
  readonly #driver: SqlDriver;
  /** Tables that have such values, or had. */
  readonly #split: Set<string>;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
    const rows = driver.exec("SELECT DISTINCT owner FROM parts");
    this.#split = new Set(rows.flatMap(({ owner }) => (typeof owner === "string" ? [owner] : [])));
  }

  /** The parameters of a row's value, whose parts are written at once. Those of its last value have to be gone. */
  store(owner: ValueOwner, { typename, bytes, headers }: WireValue): SqlValue[] {
    const headerBytes = bytesFromHeaders(headers);
    const split = headerBytes?.length ?? 0;
    if (split + (bytes?.length ?? 0) <= this.#driver.maxValueBytes) {
      return [textTo(typename), bytes ?? null, headerBytes ?? null, null];
    }
    const whole = new Uint8Array(split + (bytes?.length ?? 0));
    whole.set(headerBytes ?? []);
    whole.set(bytes ?? [], split);
    this.#writeParts(owner, whole);
    return [textTo(typename), bytes === undefined ? null : new Uint8Array(0), null, split];
  }

  /** The bytes of a value that has nothing else to store, and that its row can hold; undefined for any other one. */
  plain({ bytes, headers }: WireValue): Uint8Array | undefined {
    if (headers.length > 0 || bytes === undefined) return undefined;
    return bytes.length <= this.#driver.maxValueBytes ? bytes : undefined;
  }

  /** The value of a row that has its columns. */
  read(owner: ValueOwner, row: Row, typename: string = textOf(row, "type")): WireValue {
    const bytes = optionalBytesOf(row, "value");
    const split = optionalIntegerOf(row, "split");
    if (split === undefined) {
      return { typename, bytes, headers: headersFromBytes(optionalBytesOf(row, "headers")) };
    }
    const whole = this.#readParts(owner);
    if (split > whole.length) throw damaged("split", split);
    return {
      typename,
      bytes: bytes && whole.slice(split),
      headers: headersFromBytes(whole.subarray(0, split)),
    };
  }

  /** Whether the rows of a table may have parts, which have to be deleted with them. */
  isSplit(table: string): boolean {
    return this.#split.has(table);
  }

  /** Before a row is deleted or written over. */
  delete({ table, number }: ValueOwner): void {
    if (!this.#split.has(table)) return;
    const sql = "DELETE FROM parts WHERE owner = ? AND link = '' AND number = ?";
    this.#driver.exec(sql, table, number);
  }

  #writeParts({ table, number }: ValueOwner, whole: Uint8Array): void {
    this.#split.add(table);
    const size = this.#driver.maxValueBytes;
    const sql = "INSERT INTO parts (owner, link, number, part, bytes) VALUES (?, '', ?, ?, ?)";
    for (let part = 0; part * size < whole.length; part += 1) {
      const piece = whole.subarray(part * size, (part + 1) * size);
      this.#driver.exec(sql, table, number, part, piece);
    }
  }

  #readParts({ table, number }: ValueOwner): Uint8Array {
    const sql =
      "SELECT bytes FROM parts WHERE owner = ? AND link = '' AND number = ? ORDER BY part";
    const rows = this.#driver.exec(sql, table, number);
    const pieces = rows.map((row) => optionalBytesOf(row, "bytes") ?? new Uint8Array(0));
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }
}
