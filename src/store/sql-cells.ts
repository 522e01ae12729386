import type { StoredCell } from "../engine/records.ts";
import type { CellWrite, CommitWindow } from "../engine/store.ts";
import type { WireAddress, WireValue } from "../model/invocation.ts";
import { integerOf, optionalIntegerOf, textOf, textTo } from "./sql-columns.ts";
import type { Row, SqlDriver } from "./sql-driver.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

/** By its integer key, and whole: a state that was swept in the meantime is inserted again by the same statement. */
const upsert = `INSERT INTO cells (cell, typename, id, name, ${valueColumns}, expires_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (cell) DO UPDATE SET type = excluded.type, value = excluded.value,
    headers = excluded.headers, split = excluded.split, expires_at = excluded.expires_at`;

const sweep = `DELETE FROM cells WHERE cell IN
  (SELECT cell FROM cells WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING cell`;

export class SqlCells {
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(driver: SqlDriver, values: SqlValues) {
    this.#driver = driver;
    this.#values = values;
  }

  load(address: WireAddress): Map<string, StoredCell> {
    const sql = `SELECT cell, name, ${valueColumns}, expires_at FROM cells
      WHERE typename = ? AND id = ?`;
    const rows = this.#driver.exec(sql, textTo(address.typename), textTo(address.id));
    return new Map(rows.map((row) => [textOf(row, "name"), this.#cellOf(row)]));
  }

  apply({ cells, renewed }: CommitWindow): void {
    for (const { cell, value } of cells) if (value === undefined) this.#delete(cell);
    for (const write of cells) if (write.value !== undefined) this.#write(write, write.value);
    for (const { cell, expiresAt } of renewed) {
      this.#driver.exec("UPDATE cells SET expires_at = ? WHERE cell = ?", expiresAt, cell);
    }
  }

  sweep(time: number, limit: number): boolean {
    const rows = this.#driver.exec(sweep, time, limit);
    for (const row of rows) this.#values.delete(ownerOf(integerOf(row, "cell")));
    return rows.length < limit;
  }

  #write({ cell, address, name, expiresAt }: CellWrite, value: WireValue): void {
    const owner = ownerOf(cell);
    this.#values.delete(owner);
    this.#driver.exec(
      upsert,
      cell,
      textTo(address.typename),
      textTo(address.id),
      textTo(name),
      ...this.#values.store(owner, value),
      expiresAt ?? null,
    );
  }

  #delete(cell: number): void {
    this.#values.delete(ownerOf(cell));
    this.#driver.exec("DELETE FROM cells WHERE cell = ?", cell);
  }

  #cellOf(row: Row): StoredCell {
    const cell = integerOf(row, "cell");
    const value = this.#values.read(ownerOf(cell), row);
    return { cell, value, expiresAt: optionalIntegerOf(row, "expires_at") };
  }
}

function ownerOf(cell: number): ValueOwner {
  return { table: "cells", number: cell };
}
