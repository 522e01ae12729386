import { isDamage, isNumberless } from "../damage.ts";
import { addressOf, integerOf, textOf } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { Migration } from "../schema.ts";
import { SqlPlaces } from "./sql-places.ts";
import { makeDamaged } from "./sql-rows.ts";
import { tables } from "./sql-tables.ts";
import { SqlTypes } from "./sql-types.ts";

const pageSize = 1_000;

const putAside = `INSERT INTO damaged (owner, reason, data)
  SELECT 'cells', ?, quote(cell) || ', ' || quote(typename) || ', ' || quote(id) || ', ' || quote(name)
  FROM cells_1 WHERE`;

/** Names are numbers, and long ids are found by their hash: each row of `cells` is written again. */
const toVersion2: Migration = {
  to: 2,
  run(driver) {
    driver.exec("DROP INDEX cells_state");
    driver.exec("ALTER TABLE cells RENAME TO cells_1");
    for (const name of ["cells", "hash_key"])
      for (const one of tables[name] ?? []) driver.exec(one);
    moveCells(driver);
    driver.exec("DROP TABLE cells_1");
  },
};

function moveCells(driver: SqlDriver): void {
  const places = new SqlPlaces(driver, new SqlTypes(driver));
  const unreadable = isNumberless("cell");
  driver.exec(makeDamaged);
  driver.exec(`${putAside} ${unreadable}`, "its number is out of range");
  driver.exec(`DELETE FROM cells_1 WHERE ${unreadable}`);
  const page = "SELECT cell, typename, id, name FROM cells_1 WHERE cell > ? ORDER BY cell LIMIT ?";
  for (let after = Number.MIN_SAFE_INTEGER; ; ) {
    const rows = driver.exec(page, after, pageSize);
    if (rows.length === 0) return;
    for (const row of rows) {
      after = integerOf(row, "cell");
      try {
        places.add(after, addressOf(row), textOf(row, "name"));
      } catch (error) {
        if (!isDamage(error)) throw error;
        driver.exec(`${putAside} cell = ?`, String(error).slice(0, 1_000), after);
      }
    }
  }
}

export const migrations: readonly Migration[] = [toVersion2];
