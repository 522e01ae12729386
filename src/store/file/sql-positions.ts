import type { CommitWindow } from "../../engine/contract/store.ts";
import { compareTexts } from "../../internal/text-order.ts";
import { textOf, textTo } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { SourcePosition } from "../snapshot/listed-snapshot.ts";

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

  /** By source, in the order of their UTF-8. Of sources there are few: those behind each other are read anew. */
  page(after: string | undefined, limit: number): SourcePosition[] {
    const rows = this.#driver.exec("SELECT source, position FROM positions");
    return rows
      .map((row) => ({ source: textOf(row, "source"), position: textOf(row, "position") }))
      .filter(({ source }) => after === undefined || compareTexts(source, after) > 0)
      .sort((left, right) => compareTexts(left.source, right.source))
      .slice(0, limit);
  }

  apply({ positions }: CommitWindow): void {
    for (const { source, position } of positions) {
      const sql = "INSERT OR REPLACE INTO positions (source, position) VALUES (?, ?)";
      this.#driver.exec(sql, textTo(source), textTo(position));
    }
  }
}
