import { isNumberless } from "../damage.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import { tables } from "./sql-tables.ts";

/** Rows of a table. */
export interface Finding {
  readonly table: string;
  readonly where: string;
}

type Stray = Finding & { readonly reason: string };

const numbered = ["messages", "timers", "egress", "kept", "dead", "accepted"];

/** Rows that no window can have written: they would be in the way of those that come. */
export const strayRows: readonly Stray[] = [
  ...numbered.map((table) => ({
    table,
    where: "number > (SELECT last_number FROM progress)",
    reason: "their numbers were never given out",
  })),
  ...["cells", "states"].map((table) => ({
    table,
    where: "cell > (SELECT last_cell FROM progress)",
    reason: "their numbers were never given out",
  })),
];

/** Rows with an integer that JavaScript has no number for. */
export function numberlessRows(driver: SqlDriver): readonly Stray[] {
  return Object.keys(tables).flatMap((table) => {
    if (table === "progress") return [];
    // A column of texts makes a text of it. One of bytes takes it as it is.
    const sql = "SELECT name FROM pragma_table_info(?) WHERE type IN ('INTEGER', 'BLOB')";
    const columns = driver.exec(sql, table).map(({ name }) => {
      return isNumberless(String(name));
    });
    if (columns.length === 0) return [];
    return [{ table, where: columns.join(" OR "), reason: "a number is out of range" }];
  });
}
