import type { StoredCell } from "../../../engine/contract/records.ts";
import type { StoredInstance } from "../../../engine/contract/snapshot.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import { stateDamaged } from "../../damage.ts";
import { integerOf, optionalIntegerOf, textOf } from "../../drivers/columns.ts";
import type { Row, SnapshotDriver, SqlDriver, SqlValue } from "../../drivers/sql-driver.ts";
import { headOfId } from "../sql-tables.ts";
import { SqlTypes } from "../sql-types.ts";
import type { SqlValues } from "../sql-values.ts";

/** In the order of `rowOf`. */
const columns =
  "cells.cell AS cell, cells.name AS name, states.type AS type, value, headers, split, expires_at";
const of = "FROM cells LEFT JOIN states USING (cell) WHERE cells.typename = ?";

/**
 * Short ids by the index of states: texts in the order of their UTF-8, and those with a NUL, which are BLOBs. The index has all
 * that is asked of `cells`, so that SQLite looks for none of its rows.
 */
const short = `SELECT ${columns}, ifnull(hash, id) AS id ${of}`;
const shortTexts = `${short} AND ifnull(hash, id) >= '' AND ifnull(hash, id) < x''
  ORDER BY ifnull(hash, id), cells.name`;
const shortBlobs = `${short} AND ifnull(hash, id) >= x'' ORDER BY ifnull(hash, id), cells.name`;
/** Long ones by the index of their beginnings. SQLite sorts those with one beginning, on the disk if they are many. */
const long = `SELECT ${columns}, id ${of} AND hash IS NOT NULL
  ORDER BY ${headOfId}, CAST(id AS BLOB), cells.name`;

const nextFunction = "SELECT min(typename) AS typename FROM cells WHERE typename > ?";

/** All instances in the order of their functions and ids, an index at a time: no statement for each. */
export class SqlInstances {
  readonly #driver: SnapshotDriver;
  readonly #values: SqlValues;
  readonly #types: SqlTypes;

  constructor(driver: SnapshotDriver & SqlDriver, values: SqlValues) {
    this.#driver = driver;
    this.#values = values;
    this.#types = new SqlTypes(driver);
  }

  *all(): Generator<StoredInstance, void, undefined> {
    for (const [typename, number] of this.#functions()) {
      const sources = [shortTexts, shortBlobs, long].map((sql) => this.#of(typename, number, sql));
      yield* merged(sources);
    }
  }

  /** In the order of their names. */
  #functions(): (readonly [typename: string, number: number])[] {
    const functions: (readonly [string, number])[] = [];
    for (let number = Number.MIN_SAFE_INTEGER; ; ) {
      const [row = { typename: null }] = this.#driver.exec(nextFunction, number);
      const next = optionalIntegerOf(row, "typename");
      if (next === undefined) break;
      functions.push([this.#types.nameOf(next), next]);
      number = next;
    }
    return functions.sort(([one], [other]) => compareTexts(one, other));
  }

  *#of(typename: string, number: number, sql: string): Generator<StoredInstance, void, undefined> {
    let instance: { id: string; states: Map<string, StoredCell> } | undefined;
    const found = (): StoredInstance[] =>
      instance === undefined
        ? []
        : [{ address: { typename, id: instance.id }, states: instance.states }];
    for (const values of this.#driver.rows(sql, number)) {
      const row = rowOf(values);
      const id = textOf(row, "id");
      if (instance?.id !== id) {
        yield* found();
        instance = { id, states: new Map() };
      }
      this.#addState(instance.states, { typename, id }, row);
    }
    yield* found();
  }

  #addState(states: Map<string, StoredCell>, address: StoredInstance["address"], row: Row): void {
    try {
      const cell = integerOf(row, "cell");
      const type = this.#types.nameOf(integerOf(row, "type"));
      const value = this.#values.read({ table: "cells", number: cell }, row, type);
      const expiresAt = optionalIntegerOf(row, "expires_at");
      states.set(this.#types.nameOf(integerOf(row, "name")), { cell, value, expiresAt });
    } catch (error) {
      throw stateDamaged(this.#driver.name, address, error);
    }
  }
}

/** Of a list of columns. An absent one counts as damage where it is read. */
function rowOf(values: readonly SqlValue[]): Row {
  const [cell = null, name = null, type = null, value = null] = values;
  const [, , , , headers = null, split = null, expires_at = null, id = null] = values;
  return { cell, name, type, value, headers, split, expires_at, id };
}

/** Of lists in order, all together in order. */
function* merged(
  sources: readonly Generator<StoredInstance, void, undefined>[],
): Generator<StoredInstance, void, undefined> {
  const heads: { readonly source: (typeof sources)[number]; item: StoredInstance }[] = [];
  try {
    for (const source of sources) {
      const { done, value } = source.next();
      if (done !== true) heads.push({ source, item: value });
    }
    for (;;) {
      const [first, ...others] = heads;
      if (first === undefined) return;
      let least = first;
      for (const head of others) if (isBefore(head.item, least.item)) least = head;
      yield least.item;
      const { done, value } = least.source.next();
      if (done === true) heads.splice(heads.indexOf(least), 1);
      else least.item = value;
    }
  } finally {
    for (const source of sources) source.return();
  }
}

function isBefore(left: StoredInstance, right: StoredInstance): boolean {
  return compareTexts(left.address.id, right.address.id) < 0;
}
