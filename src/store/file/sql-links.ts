import type { LinkIn, LinkOut } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { readable } from "../damage.ts";
import { integerOf, optionalIntegerOf, textOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver } from "../drivers/sql-driver.ts";
import type { SqlRows } from "./sql-rows.ts";

const keyedOut = { table: "links_out", keys: ["link"] };
const keyedIn = { table: "links_in", keys: ["link"] };

const selectOut = `SELECT link, epoch, base, last,
  (SELECT max(number) FROM outbox WHERE outbox.link = links_out.link) AS greatest FROM links_out`;

/** The ends of links, and how far outside sources were read. */
export class SqlLinks {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;

  constructor(rows: SqlRows) {
    this.#rows = rows;
    this.#driver = rows.driver;
  }

  position(source: string): string | undefined {
    const sql = "SELECT position FROM positions WHERE source = ?";
    const row = this.#driver.exec(sql, textTo(source))[0];
    return row && textOf(row, "position");
  }

  out(): LinkOut[] {
    return this.#rows.records(keyedOut, linkOutOf, selectOut);
  }

  in(link: string): LinkIn | undefined {
    const sql = "SELECT link, epoch, last, seen_at FROM links_in WHERE link = ?";
    return this.#rows.records(keyedIn, linkInOf, sql, textTo(link))[0];
  }

  /** Without an index, which every batch of a link would have to write: this is asked once in a while. */
  silent(time: number, limit: number): LinkIn[] {
    const sql = "SELECT link, epoch, last, seen_at FROM links_in WHERE seen_at < ? LIMIT ?";
    return this.#rows.records(keyedIn, linkInOf, sql, time, limit);
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

/** Of one whose numbers cannot be read the name is enough: its messages are sent again, as those of a forgotten link. */
function linkOutOf(row: Row): LinkOut {
  const link = textOf(row, "link");
  const known = readable(() => ({
    epoch: integerOf(row, "epoch"),
    base: integerOf(row, "base"),
    last: integerOf(row, "last"),
  }));
  if (known !== undefined) return { link, ...known };
  return { link, epoch: 0, base: 0, last: optionalIntegerOf(row, "greatest") ?? 0 };
}

function linkInOf(row: Row): LinkIn {
  return {
    link: textOf(row, "link"),
    epoch: integerOf(row, "epoch"),
    last: integerOf(row, "last"),
    seenAt: integerOf(row, "seen_at"),
  };
}
