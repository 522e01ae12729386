import type { CommitWindow } from "../../engine/contract/store.ts";
import { textOf, textTo } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";

/** How far outside sources were read. */
export class SqlPositions {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  position(source: string): string | undefined {
    const sql = "SELECT position FROM positions WHERE source = ?";
    const row = this.#driver.exec(sql, textTo(source))[0];
    return row && textOf(row, "position");
  }

  apply({ positions }: CommitWindow): void {
    for (const { source, position } of positions) {
      const sql = "INSERT OR REPLACE INTO positions (source, position) VALUES (?, ?)";
      this.#driver.exec(sql, textTo(source), textTo(position));
    }
  }
}
