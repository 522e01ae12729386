import type { SqlDriver } from "../../src/store/drivers/sql-driver.ts";

/** What a driver says of changes, each by its name. */
export function changesOf(driver: SqlDriver): Record<string, boolean> {
  driver.exec("CREATE TABLE changed (n INTEGER PRIMARY KEY, t TEXT)");
  driver.exec("CREATE INDEX changed_t ON changed (t)");
  const change = (sql: string, ...params: number[]) => driver.change(sql, ...params);
  const found = driver.transaction(() => ({
    insert: change("INSERT INTO changed VALUES (?, 'a')", 1),
    "insert nothing": change("INSERT INTO changed SELECT ?, 'a' WHERE 0", 9),
    update: change("UPDATE changed SET t = 'b' WHERE n = ?", 1),
    "update nothing": change("UPDATE changed SET t = 'b' WHERE n = ?", 2),
    "update to the same": change("UPDATE changed SET t = 'b' WHERE n = ?", 1),
    "delete nothing": change("DELETE FROM changed WHERE n = ?", 2),
    delete: change("DELETE FROM changed WHERE n = ?", 1),
    "delete nothing again": change("DELETE FROM changed WHERE n = ?", 1),
  }));
  const update = "UPDATE changed SET t = 'c' WHERE n = ?";
  try {
    driver.transaction(() => {
      found.insert &&= change("INSERT INTO changed VALUES (?, 'a')", 3) && change(update, 3);
      throw new Error("as a window that fails");
    });
  } catch {
    // Rolled back, with the row that was there within it.
  }
  return { ...found, "update what was rolled back": change(update, 3) };
}

export const allChanges: Record<string, boolean> = {
  insert: true,
  "insert nothing": false,
  update: true,
  "update nothing": false,
  "update to the same": true,
  "delete nothing": false,
  delete: true,
  "delete nothing again": false,
  "update what was rolled back": false,
};
