import type { StoredCell } from "../../engine/contract/records.ts";
import type { CellWrite, CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { stateDamaged } from "../damage.ts";
import { integerOf, optionalIntegerOf } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import { SqlAddresses } from "./lists/sql-addresses.ts";
import { type HashId, ofAddress, SqlPlaces } from "./sql-places.ts";
import { SqlTypes } from "./sql-types.ts";
import type { SqlValues, ValueOwner } from "./sql-values.ts";

/**
 * By its integer key. If no row was changed, the state was swept or rolled back meanwhile, and is inserted again.
 */
const update = `UPDATE states SET type = ?, value = ?, headers = ?, split = ?, expires_at = ?
  WHERE cell = ?`;
/** The same for a value that is no more than its bytes: half as many parameters. */
const updatePlain = `UPDATE states
  SET type = ?, value = ?, headers = NULL, split = NULL, expires_at = NULL WHERE cell = ?`;
const insert = `INSERT INTO states (type, value, headers, split, expires_at, cell)
  VALUES (?, ?, ?, ?, ?, ?)`;

const load = `SELECT cell, name, states.type AS type, value, headers, split, expires_at
  FROM cells LEFT JOIN states USING (cell)`;
const loadAll = ofAddress(load);
const loadOne = ofAddress(load, " AND cells.name = ?");
const loadNames = ofAddress("SELECT name FROM cells");
const findCell = ofAddress("SELECT cell FROM cells", " AND cells.name = ?");

const sweep = `DELETE FROM states WHERE cell IN
  (SELECT cell FROM states WHERE expires_at <= ? ORDER BY expires_at LIMIT ?) RETURNING cell`;

export class SqlCells {
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;
  readonly #types: SqlTypes;
  readonly #places: SqlPlaces;
  /** Of all cells that are there, once it was asked for: a greater one is new. */
  #greatest: number | undefined;
  readonly addresses: SqlAddresses;

  constructor(driver: SqlDriver, values: SqlValues, hash?: HashId) {
    this.#driver = driver;
    this.#values = values;
    this.#types = new SqlTypes(driver);
    this.#places = new SqlPlaces(driver, this.#types, hash);
    this.addresses = new SqlAddresses(driver, this.#types, this.#places);
  }

  names(address: WireAddress): string[] {
    const rows = this.#places.rows(loadNames, address);
    return rows.map((row) => this.#types.nameOf(integerOf(row, "name")));
  }

  cellOf(address: WireAddress, name: string): number | undefined {
    const [row] = this.#one(address, name, findCell);
    return row && integerOf(row, "cell");
  }

  /** All, or the one of this name. */
  load(address: WireAddress, only?: string): Map<string, StoredCell> {
    const rows =
      only === undefined ? this.#places.rows(loadAll, address) : this.#one(address, only);
    try {
      return new Map(rows.map((row) => this.#stateOf(row)));
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
    this.#greatest = undefined;
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
    const type = this.#types.numberOf(value.typename);
    const greatest = this.#greatestCell();
    const isKnown = cell <= greatest;
    const plain =
      isKnown && expiresAt === undefined && !this.#values.isSplit("cells")
        ? this.#values.plain(value)
        : undefined;
    if (plain !== undefined && this.#driver.change(updatePlain, type, plain, cell)) return;
    const owner = ownerOf(cell);
    this.#values.delete(owner);
    const [, ...stored] = this.#values.store(owner, value);
    const row = [type, ...stored, expiresAt ?? null, cell];
    if (isKnown && this.#driver.change(update, ...row)) return;
    this.#greatest = Math.max(cell, greatest);
    this.#places.add(cell, address, name);
    this.#driver.exec(insert, ...row);
  }

  #greatestCell(): number {
    if (this.#greatest === undefined) {
      const [row = { cell: null }] = this.#driver.exec("SELECT max(cell) AS cell FROM cells");
      this.#greatest = optionalIntegerOf(row, "cell") ?? 0;
    }
    return this.#greatest;
  }

  #delete(cell: number): void {
    this.#values.delete(ownerOf(cell));
    this.#driver.exec("DELETE FROM states WHERE cell = ?", cell);
    this.#driver.exec("DELETE FROM cells WHERE cell = ?", cell);
  }

  #one(address: WireAddress, name: string, query = loadOne): readonly Row[] {
    const number = this.#types.known(name);
    return number === undefined ? [] : this.#places.rows(query, address, number);
  }

  #stateOf(row: Row): [name: string, cell: StoredCell] {
    const cell = integerOf(row, "cell");
    const type = this.#types.nameOf(integerOf(row, "type"));
    const value = this.#values.read(ownerOf(cell), row, type);
    const expiresAt = optionalIntegerOf(row, "expires_at");
    return [this.#types.nameOf(integerOf(row, "name")), { cell, value, expiresAt }];
  }
}

function ownerOf(cell: number): ValueOwner {
  return { table: "cells", number: cell };
}
