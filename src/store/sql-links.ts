import type { LinkIn, LinkOut } from "../engine/records.ts";
import type { CommitWindow } from "../engine/store.ts";
import { integerOf, textOf, textTo } from "./sql-columns.ts";
import type { Row, SqlDriver } from "./sql-driver.ts";

/** The ends of links, and how far outside sources were read. */
export class SqlLinks {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  position(source: string): string | undefined {
    const sql = "SELECT position FROM positions WHERE source = ?";
    const row = this.#driver.exec(sql, textTo(source))[0];
    return row && textOf(row, "position");
  }

  out(): LinkOut[] {
    return this.#driver.exec("SELECT link, epoch, base, last FROM links_out").map((row) => ({
      link: textOf(row, "link"),
      epoch: integerOf(row, "epoch"),
      base: integerOf(row, "base"),
      last: integerOf(row, "last"),
    }));
  }

  in(link: string): LinkIn | undefined {
    const sql = "SELECT link, epoch, last, seen_at FROM links_in WHERE link = ?";
    const row = this.#driver.exec(sql, textTo(link))[0];
    return row && linkInOf(row);
  }

  /** Without an index, which every batch of a link would have to write: this is asked once in a while. */
  silent(time: number, limit: number): LinkIn[] {
    const sql = "SELECT link, epoch, last, seen_at FROM links_in WHERE seen_at < ? LIMIT ?";
    return this.#driver.exec(sql, time, limit).map(linkInOf);
  }

  apply({ positions, linksOut, linksIn }: CommitWindow): void {
    const driver = this.#driver;
    for (const { source, position } of positions) {
      const sql = "INSERT OR REPLACE INTO positions (source, position) VALUES (?, ?)";
      driver.exec(sql, textTo(source), textTo(position));
    }
    for (const link of linksOut.removed) {
      driver.exec("DELETE FROM links_out WHERE link = ?", textTo(link));
    }
    for (const { link, epoch, base, last } of linksOut.added) {
      const sql = "INSERT OR REPLACE INTO links_out (link, epoch, base, last) VALUES (?, ?, ?, ?)";
      driver.exec(sql, textTo(link), epoch, base, last);
    }
    for (const link of linksIn.removed) {
      driver.exec("DELETE FROM links_in WHERE link = ?", textTo(link));
    }
    for (const { link, epoch, last, seenAt } of linksIn.added) {
      const sql =
        "INSERT OR REPLACE INTO links_in (link, epoch, last, seen_at) VALUES (?, ?, ?, ?)";
      driver.exec(sql, textTo(link), epoch, last, seenAt);
    }
  }
}

function linkInOf(row: Row): LinkIn {
  return {
    link: textOf(row, "link"),
    epoch: integerOf(row, "epoch"),
    last: integerOf(row, "last"),
    seenAt: integerOf(row, "seen_at"),
  };
}
