import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What SQLite does by itself on this machine: a state of some bytes updated by its integer key. */
export function rawSqlite(rows = 10_000) {
  const folder = mkdtempSync(join(tmpdir(), "statefun-raw-"));
  const database = new DatabaseSync(join(folder, "raw.db"));
  database.exec(
    "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
  );
  database.exec("CREATE TABLE states (id INTEGER PRIMARY KEY, value BLOB) STRICT");
  const insert = database.prepare("INSERT INTO states VALUES (?, ?)");
  const update = database.prepare("UPDATE states SET value = ? WHERE id = ?");
  database.exec("BEGIN");
  for (let id = 0; id < rows; id += 1) insert.run(id, new Uint8Array(8));
  database.exec("COMMIT");
  let changed = 0;
  return {
    /** Updates in transactions of `size`; the milliseconds that took. */
    run(count: number, size: number): number {
      const value = new Uint8Array(8);
      const view = new DataView(value.buffer);
      const started = performance.now();
      for (let done = 0; done < count; done += size) {
        database.exec("BEGIN");
        for (let index = 0; index < size; index += 1) {
          view.setUint32(0, ++changed);
          update.run(value, (Math.imul(changed, 0x9e3779b1) >>> 0) % rows);
        }
        database.exec("COMMIT");
      }
      return performance.now() - started;
    },
    end() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
}
