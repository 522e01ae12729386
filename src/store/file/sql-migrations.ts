import { isClash, isDamage, isNumberless } from "../damage.ts";
import { addressOf, integerOf, textOf } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { Migration } from "../schema.ts";
import { SqlPlaces } from "./sql-places.ts";
import { makeDamaged } from "./sql-rows.ts";
import { SqlTypes } from "./sql-types.ts";

const pageSize = 1_000;

const putAside = `INSERT INTO damaged (owner, reason, data)
  SELECT 'cells', ?, quote(cell) || ', ' || quote(typename) || ', ' || quote(id) || ', ' || quote(name)
  FROM cells_1 WHERE`;

/** As version 2 has them, whatever a later one makes of them. */
const tables2: readonly string[] = [
  `CREATE TABLE cells (
    cell INTEGER PRIMARY KEY, typename INTEGER NOT NULL, id TEXT NOT NULL, name INTEGER NOT NULL,
    hash INTEGER, collision INTEGER NOT NULL)`,
  "CREATE UNIQUE INDEX cells_state ON cells (typename, ifnull(hash, id), name, collision)",
  "CREATE TABLE hash_key (low INTEGER NOT NULL, high INTEGER NOT NULL)",
  `INSERT INTO hash_key VALUES (
    (random() & 4294967295) - 2147483648, (random() & 4294967295) - 2147483648)`,
];

/** Names are numbers, and long ids are found by their hash: each row of `cells` is written again. */
const toVersion2: Migration = {
  to: 2,
  run(driver) {
    driver.exec("DROP INDEX cells_state");
    driver.exec("ALTER TABLE cells RENAME TO cells_1");
    for (const statement of tables2) driver.exec(statement);
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
        // Two rows that are read as the same state: one of them was found by no text.
        if (!isDamage(error) && !isClash(error)) throw error;
        driver.exec(`${putAside} cell = ?`, String(error).slice(0, 1_000), after);
      }
    }
  }
}

/** Operators can pause functions and instances, and list long ids and the timers of a function: each row of `cells` and `timers` is read once. */
const toVersion3: Migration = {
  to: 3,
  run(driver) {
    driver.exec(`CREATE TABLE paused (
      typename TEXT NOT NULL, is_whole INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL,
      who TEXT NOT NULL, why TEXT, PRIMARY KEY (typename, is_whole, id)) WITHOUT ROWID`);
    driver.exec(`CREATE INDEX cells_long ON cells (typename, substr(CAST(id AS BLOB), 1, 80), hash)
      WHERE hash IS NOT NULL`);
    driver.exec("CREATE INDEX timers_function ON timers (ifnull(caller_typename, typename))");
  },
};

export const migrations: readonly Migration[] = [toVersion2, toVersion3];
