import type { StoredCell } from "../../engine/contract/records.ts";
import type { CellWrite, CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { stateDamaged } from "../damage.ts";
import { integerOf, optionalIntegerOf, textOf } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import { type HashId, SqlPlaces } from "./sql-places.ts";
import { SqlTypes } from "./sql-types.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

/** By its integer key. That it touched a row is asked for: one that was swept in the meantime is made again. */
const update = `UPDATE states SET type = ?, value = ?, headers = ?, split = ?, expires_at = ?
  WHERE cell = ? RETURNING cell`;
const insert = `INSERT INTO states (type, value, headers, split, expires_at, cell)
  VALUES (?, ?, ?, ?, ?, ?)`;

/** Both end in a condition. A name that cannot be read is one of a state that cannot. */
const load = `SELECT cell, names.typename AS name, types.typename AS type, value, headers, split, expires_at
  FROM cells LEFT JOIN types AS names ON names.type = cells.name
  LEFT JOIN states USING (cell) LEFT JOIN types ON types.type = states.type WHERE`;
const loadNames = `SELECT names.typename AS name
  FROM cells LEFT JOIN types AS names ON names.type = cells.name WHERE`;

const sweep = `DELETE FROM states WHERE cell IN
  (SELECT cell FROM states WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING cell`;

export class SqlCells {
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;
  readonly #types: SqlTypes;
  readonly #places: SqlPlaces;

  constructor(driver: SqlDriver, values: SqlValues, hash?: HashId) {
    this.#driver = driver;
    this.#values = values;
    this.#types = new SqlTypes(driver);
    this.#places = new SqlPlaces(driver, this.#types, hash);
  }

  names(address: WireAddress): string[] {
    return this.#places.rows(loadNames, address).map((row) => textOf(row, "name"));
  }

  /** All, or the one of this name. */
  load(address: WireAddress, only?: string): Map<string, StoredCell> {
    const rows = this.#places.rows(load, address, only);
    try {
      return new Map(rows.map((row) => [textOf(row, "name"), this.#cellOf(row)]));
    } catch (error) {
      throw stateDamaged(this.#driver.name, address, error);
    }
  }

  apply({ cells, renewed }: CommitWindow): void {
    for (const { cell, value } of cells) if (value === undefined) this.#delete(cell);
    for (const write of cells) if (write.value !== undefined) this.#write(write, write.value);
    for (const { cell, expiresAt } of renewed) {
      this.#driver.exec("UPDATE states SET expires_at = ? WHERE cell = ?", expiresAt, cell);
    }
  }

  /** After a transaction that was rolled back. */
  forget(): void {
    this.#types.forget();
  }

  sweep(time: number, limit: number): boolean {
    const rows = this.#driver.exec(sweep, time, limit);
    for (const row of rows) {
      const cell = Number(row["cell"]);
      this.#values.delete(ownerOf(cell));
      this.#driver.exec("DELETE FROM cells WHERE cell = ?", cell);
    }
    return rows.length < limit;
  }

  #write({ cell, address, name, expiresAt }: CellWrite, value: WireValue): void {
    const owner = ownerOf(cell);
    this.#values.delete(owner);
    const [, ...stored] = this.#values.store(owner, value);
    const row = [this.#types.numberOf(value.typename), ...stored, expiresAt ?? null, cell];
    if (this.#driver.exec(update, ...row).length > 0) return;
    this.#places.add(cell, address, name);
    this.#driver.exec(insert, ...row);
  }

  #delete(cell: number): void {
    this.#values.delete(ownerOf(cell));
    this.#driver.exec("DELETE FROM states WHERE cell = ?", cell);
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
