import { textFromBytes } from "../../internal/bytes.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { isClash } from "../damage.ts";
import { integerOf, textTo } from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import { type HashKey, keyedHash } from "./keyed-hash.ts";
import type { SqlTypes } from "./sql-types.ts";

/** Ids of more characters are found by their hash: so their text is stored once, and not in the index too. */
const longestText = 48;

/** The hash of a long id. */
export type HashId = (key: HashKey, id: string) => number;

const insert =
  "INSERT INTO cells (cell, typename, id, name, hash, collision) VALUES (?, ?, ?, ?, ?, ?)";
const sameHash =
  "SELECT id = ? AS same, collision FROM cells WHERE typename = ? AND hash = ? AND name = ?";

/** A query of cells, for addresses with short ids, where an index has all that it needs, and with long ones. */
interface AddressQuery {
  readonly short: string;
  readonly long: string;
}

/** A query that ends in the condition of an address. Made once: statements are kept by their text. */
export function ofAddress(query: string, and: string = ""): AddressQuery {
  const short = `${query} WHERE cells.typename = ? AND ifnull(hash, id) = ?${and}`;
  return { short, long: `${short} AND id = ?` };
}

/**
 * Which state of which address each cell is. What finds it is the id, or the hash of a long one; states of one
 * name whose ids have the same hash are numbered by `collision`, and their texts are compared.
 */
export class SqlPlaces {
  readonly #driver: SqlDriver;
  readonly #types: SqlTypes;
  readonly #key: HashKey;
  readonly #hash: HashId;

  constructor(driver: SqlDriver, types: SqlTypes, hash: HashId = keyedHash) {
    this.#driver = driver;
    this.#types = types;
    this.#hash = hash;
    const [row = {}] = driver.exec("SELECT low, high FROM hash_key");
    this.#key = { low: integerOf(row, "low"), high: integerOf(row, "high") };
  }

  /** Rows of an address, by a query that may have more conditions. */
  rows(query: AddressQuery, { typename, id }: WireAddress, ...more: SqlValue[]): readonly Row[] {
    const number = this.#types.known(typename);
    if (number === undefined) return [];
    const text = textTo(id);
    const hash = this.#hashOf(text);
    if (hash === null) return this.#driver.exec(query.short, number, text, ...more);
    return this.#driver.exec(query.long, number, hash, ...more, text);
  }

  /** Within a transaction. Throws where the state has a cell. */
  add(cell: number, { typename, id }: WireAddress, name: string): void {
    const text = textTo(id);
    const hash = this.#hashOf(text);
    const [of, state] = [this.#types.numberOf(typename), this.#types.numberOf(name)];
    const row = [cell, of, text, state, hash] as const;
    try {
      this.#driver.exec(insert, ...row, 0);
    } catch (error) {
      if (hash === null || !isClash(error)) throw error;
      this.#driver.exec(insert, ...row, this.#nextCollision(error, text, of, hash, state));
    }
  }

  /** The next number for a hash that others have. */
  #nextCollision(clash: unknown, ...params: readonly SqlValue[]): number {
    const rows = this.#driver.exec(sameHash, ...params);
    if (rows.length === 0 || rows.some(({ same }) => same === 1)) throw clash;
    return 1 + Math.max(...rows.map((row) => integerOf(row, "collision")));
  }

  /** Of an id as it is stored. */
  #hashOf(stored: string | Uint8Array): number | null {
    const id = typeof stored === "string" ? stored : textFromBytes(stored);
    return id.length > longestText ? this.#hash(this.#key, id) : null;
  }
}
