import type { TextsWant } from "../../../engine/contract/address-reads.ts";
import { bytesFromText } from "../../../internal/bytes.ts";
import { compareTexts } from "../../../internal/text-order.ts";
import { readable } from "../../damage.ts";
import { textOf } from "../../drivers/columns.ts";
import type { SqlDriver, SqlValue } from "../../drivers/sql-driver.ts";

/** Less than every text with a NUL, as BLOBs: to some drivers an empty one is none. */
const leastBytes = Uint8Array.of(0);

/** Where texts are behind: included itself or not. */
interface Bound {
  readonly text: string;
  readonly isIncluded: boolean;
}

export function boundOf({ prefix, after }: TextsWant): Bound {
  if (after === undefined || compareTexts(after, prefix) < 0) {
    return { text: prefix, isIncluded: true };
  }
  return { text: after, isIncluded: false };
}

/**
 * Reads the distinct texts of an indexed expression, one step of the index for each: those that are TEXT, and those with a
 * NUL, which are BLOBs and stand behind all others.
 */
export class SqlDistinct {
  readonly #driver: SqlDriver;
  /** By the operator of the first step. */
  readonly #texts: Record<">" | ">=", string>;
  readonly #blobs: Record<">" | ">=", string>;

  /** `where` is the condition before, with a parameter for each of the values that `page` gets. */
  constructor(driver: SqlDriver, table: string, expression: string, where: string) {
    this.#driver = driver;
    const first = (next: string, end: string): string =>
      `(SELECT ${expression} FROM ${table} WHERE ${where} AND ${expression} ${next}${end}
        ORDER BY ${expression} LIMIT 1)`;
    const all = (operator: string, end: string): string => `WITH RECURSIVE found(text) AS (
        SELECT ${first(`${operator} ?`, end)}
        UNION ALL SELECT ${first("> found.text", end)} FROM found WHERE found.text IS NOT NULL
        LIMIT ?)
      SELECT text FROM found WHERE text IS NOT NULL`;
    const isText = ` AND ${expression} < x''`;
    this.#texts = { ">": all(">", isText), ">=": all(">=", isText) };
    this.#blobs = { ">": all(">", ""), ">=": all(">=", "") };
  }

  page(want: TextsWant, ...values: readonly SqlValue[]): string[] {
    const found = [...this.#textsOf(want, values), ...this.#blobsOf(want, values)];
    const page = found.sort(compareTexts).slice(0, want.limit);
    const end = page.findIndex((text) => !text.startsWith(want.prefix));
    return end < 0 ? page : page.slice(0, end);
  }

  #textsOf(want: TextsWant, values: readonly SqlValue[]): string[] {
    const { text, isIncluded } = boundOf(want);
    if (want.prefix.includes("\0")) return [];
    // A text without a NUL is behind one with a NUL exactly if it is behind what comes before that.
    const [head = ""] = text.split("\0", 1);
    return this.#read(this.#texts[isIncluded ? ">=" : ">"], head, want, values);
  }

  #blobsOf(want: TextsWant, values: readonly SqlValue[]): string[] {
    const { text, isIncluded } = boundOf(want);
    if (text === "") return this.#read(this.#blobs[">="], leastBytes, want, values);
    return this.#read(this.#blobs[isIncluded ? ">=" : ">"], bytesFromText(text), want, values);
  }

  #read(sql: string, bound: SqlValue, { limit }: TextsWant, values: readonly SqlValue[]): string[] {
    const rows = this.#driver.exec(sql, ...values, bound, ...values, limit);
    // What is no text is no id that anybody can ask for.
    return rows.flatMap((row) => readable(() => textOf(row, "text")) ?? []);
  }
}
