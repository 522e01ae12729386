import { joined, noBytes } from "../../../internal/bytes.ts";
import type { SqlDriver } from "../../drivers/sql-driver.ts";
import { endOf, keyOf } from "../object-keys.ts";
import { expiring, part, state } from "../object-kinds.ts";
import { bytesIn } from "./object-row.ts";

/** Pieces of what is too long for a row: the row itself has the first one, and says how many more there are. */
export class ObjectPieces {
  readonly #driver: SqlDriver;

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** What the row has of this data, and how many more pieces there are. */
  firstOf(data: Uint8Array): { readonly first: Uint8Array; readonly parts: number | null } {
    const size = this.#driver.maxValueBytes;
    if (data.length <= size) return { first: data, parts: null };
    return { first: data.subarray(0, size), parts: Math.ceil(data.length / size) - 1 };
  }

  /** All but the first. */
  write(kind: number, key: Uint8Array, data: Uint8Array): void {
    const size = this.#driver.maxValueBytes;
    const sql = "INSERT INTO statefun (kind, key, data) VALUES (?, ?, ?)";
    for (let piece = 1; piece * size < data.length; piece += 1) {
      const bytes = data.subarray(piece * size, (piece + 1) * size);
      this.#driver.exec(sql, part, partKey(kind, key, piece), bytes);
    }
  }

  /** All but the first, in order. */
  read(kind: number, key: Uint8Array): readonly Uint8Array[] {
    const prefix = partKey(kind, key);
    const sql = "SELECT data FROM statefun WHERE kind = ? AND key > ? AND key < ? ORDER BY key";
    const rows = this.#driver.exec(sql, part, prefix, endOf(prefix));
    return rows.map((row) => bytesIn(row["data"], "data"));
  }

  /** Of the rows from the one to the other. */
  drop(kind: number, from: Uint8Array, to: Uint8Array): void {
    const sql = "DELETE FROM statefun WHERE kind = ? AND key > ? AND key < ?";
    this.#driver.exec(sql, part, partKey(kind, from), endOf(partKey(kind, to)));
  }
}

/** A state keeps its pieces when it begins to expire. */
function partKey(kind: number, key: Uint8Array, piece?: number): Uint8Array {
  const owner = Uint8Array.of(kind === expiring ? state : kind);
  return joined([owner, key, piece === undefined ? noBytes : keyOf(piece)]);
}
