import type { TextsWant } from "../../../engine/contract/address-reads.ts";
import { bytesFromText, sameBytes } from "../../../internal/bytes.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import { integerOf, textOf } from "../../drivers/columns.ts";
import type { Row, SqlDriver } from "../../drivers/sql-driver.ts";
import { headBytes, headOfId } from "../sql-tables.ts";
import { boundOf } from "./sql-distinct.ts";

/** Hashes of ids with one head that are looked at in one call. */
const scanned = 128;

const isLong = "hash IS NOT NULL AND typename = ?";
/** Some versions of Node bind bytes of which there are none as NULL. */
const page = (operator: string): string => `SELECT id, ${headOfId} AS head FROM cells
  WHERE ${isLong} AND ${headOfId} ${operator} ifnull(?, x'') ORDER BY ${headOfId}, hash LIMIT ?`;
const pages = { ">": page(">"), ">=": page(">=") };

const nextHash = (after: string): string => `(SELECT hash FROM cells
  WHERE ${isLong} AND ${headOfId} = ? AND hash > ${after} ORDER BY hash LIMIT 1)`;
const scan = `WITH RECURSIVE hashes(hash) AS (
    SELECT ${nextHash("?")}
    UNION ALL SELECT ${nextHash("hashes.hash")} FROM hashes WHERE hashes.hash IS NOT NULL LIMIT ?)
  SELECT cells.hash AS hash, id FROM hashes CROSS JOIN cells
    WHERE cells.${isLong} AND ${headOfId} = ? AND cells.hash = hashes.hash`;

/** A head that so many ids have that they are looked at in portions. */
interface Scan {
  readonly head: Uint8Array;
  /** The last hash that was looked at. */
  readonly hash: number;
  /** The first ones of those that were, in order. */
  readonly best: readonly string[];
}

/** Ids in order, and whether there may be others behind the last one. */
interface LongIds {
  readonly ids: readonly string[];
  readonly isCut: boolean;
  /** As that of a page. */
  readonly scan?: Scan;
}

/**
 * Lists ids that are found by their hash. They are indexed by their first bytes: ids that have these in common are sorted
 * here, in portions if they are many.
 */
export class SqlLongIds {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** `rest` is one that an earlier call has given. */
  page(typename: number, want: TextsWant, rest: object | undefined): LongIds {
    if (rest === undefined) return this.#heads(typename, want, headOf(boundOf(want).text), ">=");
    // Nobody but this class makes any.
    const { ids, isCut, head, scan: more } = this.#scan(typename, want, rest as Scan);
    if (more !== undefined) return { ids: [], isCut: true, scan: more };
    if (isCut) return { ids, isCut };
    const others = this.#heads(typename, want, head, ">");
    if (others.scan === undefined) return { ids: [...ids, ...others.ids], isCut: others.isCut };
    return ids.length > 0 ? { ids, isCut: true } : others;
  }

  #heads(typename: number, want: TextsWant, bound: Uint8Array, operator: ">" | ">="): LongIds {
    // One more than twice as many as are wanted: most have one state, and the last head may go on behind.
    const limit = 2 * want.limit + 1;
    const rows = this.#driver.exec(pages[operator], typename, bound, limit);
    const groups = groupsOf(rows, headOf(want.prefix));
    const last = rows.length < limit || groups.isEnd ? undefined : groups.all.pop();
    const ids = groups.all.flatMap(({ ids: some }) => sortedIds(some, want));
    if (ids.length > 0 || last === undefined) return { ids, isCut: last !== undefined };
    const begun = { head: last.head, hash: Number.MIN_SAFE_INTEGER, best: [] };
    return { ids: [], isCut: true, scan: begun };
  }

  #scan(typename: number, want: TextsWant, { head, hash, best }: Scan) {
    const params = [typename, head, hash, typename, head, scanned, typename, head];
    const rows = this.#driver.exec(scan, ...params);
    // Most come behind those that were found: long ones take a while to sort.
    const worst = best.length < want.limit ? undefined : best.at(-1);
    const found = rows.map((row) => textOf(row, "id"));
    const better = found.filter((id) => worst === undefined || compareTexts(id, worst) < 0);
    const ids = sortedIds([...best, ...better], want).slice(0, want.limit);
    const hashes = new Set(rows.map((row) => integerOf(row, "hash")));
    const more: Scan = { head, hash: Math.max(...hashes), best: ids };
    const isCut = ids.length === want.limit;
    return { ids, isCut, head, scan: hashes.size < scanned ? undefined : more };
  }
}

interface Group {
  readonly head: Uint8Array;
  readonly ids: string[];
}

/** Rows with one head stand together. `isEnd`: behind them are only ids that do not begin so. */
function groupsOf(rows: readonly Row[], prefix: Uint8Array): { all: Group[]; isEnd: boolean } {
  const all: Group[] = [];
  for (const row of rows) {
    const head = row["head"];
    if (!(head instanceof Uint8Array)) continue;
    if (!sameBytes(head.subarray(0, prefix.length), prefix)) return { all, isEnd: true };
    const group = all.at(-1);
    if (group !== undefined && sameBytes(group.head, head)) group.ids.push(textOf(row, "id"));
    else all.push({ head, ids: [textOf(row, "id")] });
  }
  return { all, isEnd: false };
}

function sortedIds(ids: readonly string[], { prefix, after }: TextsWant): string[] {
  const isWanted = (id: string): boolean =>
    id.startsWith(prefix) && (after === undefined || compareTexts(id, after) > 0);
  return [...new Set(ids)].filter(isWanted).sort(compareTexts);
}

function headOf(text: string): Uint8Array {
  // One character more: half of one becomes other bytes.
  return bytesFromText(text.slice(0, headBytes + 1)).subarray(0, headBytes);
}
