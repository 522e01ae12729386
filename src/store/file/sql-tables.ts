import type { SqlDriver } from "../drivers/sql-driver.ts";

/** The columns that every message has, wherever it waits. */
const message = `
  typename TEXT NOT NULL, id TEXT NOT NULL, caller_typename TEXT, caller_id TEXT,
  type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER`;

/** By so many bytes long ids are indexed for lists: enough for most to differ, and few beside the id itself. */
export const headBytes = 80;

export const headOfId: string = `substr(CAST(id AS BLOB), 1, ${headBytes})`;

/**
 * The tables of version 3, each with its indexes, and each index with the read that needs it: a row of an index is written
 * like one of a table. Migrations do not use these: they make what their own version has.
 *
 * Every number is in an INTEGER column, because some runtimes bind numbers as REAL. Texts with a NUL are BLOBs
 * in their TEXT columns (drivers/columns.ts), and values that are too long are in `parts` (sql-values.ts).
 */
export const tables: Readonly<Record<string, readonly string[]>> = {
  progress: [
    `CREATE TABLE progress (
      sequence INTEGER NOT NULL, opener TEXT NOT NULL, opened_at INTEGER NOT NULL, time INTEGER NOT NULL,
      last_number INTEGER NOT NULL, last_cell INTEGER NOT NULL, identity TEXT, is_clean INTEGER NOT NULL)`,
    "INSERT INTO progress VALUES (0, '', 0, 0, 0, 0, NULL, 1)",
  ],
  // A state is in two tables, because it is written far more often than it is made: a page holds hundreds of rows of
  // `states`, and a window writes whole pages.
  cells: [
    // `typename` and `name` are numbers of `types`; `hash` is NULL for a short id (sql-places.ts).
    `CREATE TABLE cells (
      cell INTEGER PRIMARY KEY, typename INTEGER NOT NULL, id TEXT NOT NULL, name INTEGER NOT NULL,
      hash INTEGER, collision INTEGER NOT NULL)`,
    // Loads of an address.
    "CREATE UNIQUE INDEX cells_state ON cells (typename, ifnull(hash, id), name, collision)",
    // Lists of addresses with long ids (lists/sql-long-ids.ts).
    `CREATE INDEX cells_long ON cells (typename, ${headOfId}, hash) WHERE hash IS NOT NULL`,
  ],
  // What the hashes are made with, different in each file.
  hash_key: [
    "CREATE TABLE hash_key (low INTEGER NOT NULL, high INTEGER NOT NULL)",
    `INSERT INTO hash_key VALUES (
      (random() & 4294967295) - 2147483648, (random() & 4294967295) - 2147483648)`,
  ],
  states: [
    `CREATE TABLE states (
      cell INTEGER PRIMARY KEY, type INTEGER NOT NULL, value BLOB, headers BLOB, split INTEGER,
      expires_at INTEGER)`,
    // Sweeps.
    "CREATE INDEX states_expiry ON states (expires_at) WHERE expires_at IS NOT NULL",
  ],
  // Names of types, functions and states, each stored once. Rows are never deleted.
  types: ["CREATE TABLE types (type INTEGER PRIMARY KEY, typename TEXT NOT NULL UNIQUE)"],
  messages: [
    `CREATE TABLE messages (
      number INTEGER PRIMARY KEY, ${message}, attempts INTEGER NOT NULL, crashes INTEGER NOT NULL)`,
  ],
  timers: [
    `CREATE TABLE timers (
      number INTEGER PRIMARY KEY, due_at INTEGER NOT NULL, owner TEXT, token TEXT, ${message})`,
    // What is due.
    "CREATE INDEX timers_due ON timers (due_at)",
    // Cancellation, and the timers of an address: any number of them without a token.
    "CREATE UNIQUE INDEX timers_owner ON timers (owner, token) WHERE owner IS NOT NULL",
    // Those of a function.
    "CREATE INDEX timers_function ON timers (ifnull(caller_typename, typename))",
  ],
  egress: [
    `CREATE TABLE egress (
      number INTEGER PRIMARY KEY, egress TEXT NOT NULL, typename TEXT NOT NULL, id TEXT NOT NULL,
      type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER)`,
    // Each egress is delivered at its own pace.
    "CREATE INDEX egress_name ON egress (egress)",
  ],
  kept: [
    `CREATE TABLE kept (
      number INTEGER PRIMARY KEY, egress TEXT NOT NULL, typename TEXT NOT NULL, id TEXT NOT NULL,
      type TEXT NOT NULL, value BLOB, headers BLOB, split INTEGER, expires_at INTEGER NOT NULL)`,
    // Reading, and the oldest of too many.
    "CREATE INDEX kept_name ON kept (egress)",
    // Sweeps.
    "CREATE INDEX kept_expiry ON kept (expires_at)",
  ],
  dead: [
    `CREATE TABLE dead (
      number INTEGER PRIMARY KEY, ${message}, code TEXT NOT NULL, reason TEXT NOT NULL,
      attempts INTEGER NOT NULL, failed_at INTEGER NOT NULL, egress TEXT)`,
    // Those of a function, or of an egress.
    "CREATE INDEX dead_subject ON dead (ifnull(egress, typename))",
  ],
  accepted: [
    `CREATE TABLE accepted (
      number INTEGER PRIMARY KEY, typename TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL,
      digest TEXT NOT NULL, call TEXT, expires_at INTEGER NOT NULL, outcome TEXT,
      type TEXT, value BLOB, headers BLOB, split INTEGER, code TEXT, reason TEXT)`,
    // Whether a key was used.
    "CREATE UNIQUE INDEX accepted_key ON accepted (typename, id, key)",
    // Where a reply goes.
    "CREATE UNIQUE INDEX accepted_call ON accepted (call) WHERE call IS NOT NULL",
    // Sweeps.
    "CREATE INDEX accepted_expiry ON accepted (expires_at)",
  ],
  // `id` is empty where the whole function is paused.
  paused: [
    `CREATE TABLE paused (
      typename TEXT NOT NULL, is_whole INTEGER NOT NULL, id TEXT NOT NULL, since INTEGER NOT NULL,
      who TEXT NOT NULL, why TEXT, PRIMARY KEY (typename, is_whole, id)) WITHOUT ROWID`,
  ],
  positions: [
    "CREATE TABLE positions (source TEXT PRIMARY KEY, position TEXT NOT NULL) WITHOUT ROWID",
  ],
  parts: [
    `CREATE TABLE parts (
      owner TEXT NOT NULL, link TEXT NOT NULL, number INTEGER NOT NULL, part INTEGER NOT NULL,
      bytes BLOB NOT NULL, PRIMARY KEY (owner, link, number, part)) WITHOUT ROWID`,
  ],
};

/** All tables at once. */
export function createTables(driver: SqlDriver): void {
  for (const statement of Object.values(tables).flat()) driver.exec(statement);
}
