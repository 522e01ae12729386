import { readable } from "../damage.ts";
import { recordIn } from "./compact-codec.ts";
import { duplicate } from "./compact-errors.ts";
import { endOf, keyOf, numberBehind } from "./compact-keys.ts";
import type { CompactRow, RowParts } from "./rows/compact-row.ts";
import type { CompactRows } from "./rows/compact-rows.ts";

/**
 * Rows of a kind whose key is a name and a number, and whose record has the name as field 8. There are few names, and a
 * number is in one of them at most: one that comes without its name is looked for under each.
 */
export class CompactGroups {
  readonly #rows: CompactRows;
  readonly #kind: number;
  /** Names that have rows, or had. Undefined before it is needed. */
  #known: Set<string> | undefined;

  constructor(rows: CompactRows, kind: number) {
    this.#rows = rows;
    this.#kind = kind;
  }

  /** Those that have rows now: one step of the table for each. */
  names(): string[] {
    const names: string[] = [];
    let after: Uint8Array = Uint8Array.of(0);
    for (;;) {
      const row = this.#rows.first(this.#kind, { after });
      if (row === undefined) return names;
      const name = readable(() => nameOf(row));
      // One that cannot be read is put aside when its page is.
      after = name === undefined ? row.key : endOf(keyOf(name));
      if (name !== undefined) names.push(name);
    }
  }

  add(name: string, number: number, what: string, parts: RowParts): void {
    const known = this.#names();
    for (const other of known) {
      if (other !== name && this.#rows.find(this.#kind, keyOf(other, number)) !== undefined) {
        throw duplicate(`${what} ${number}`);
      }
    }
    this.#rows.insert(this.#kind, keyOf(name, number), parts);
    known.add(name);
  }

  /** Gives the name that it was under, if it was there. */
  remove(number: number): string | undefined {
    for (const name of this.#names()) {
      if (this.#rows.drop(this.#kind, keyOf(name, number))) return name;
    }
    return undefined;
  }

  #names(): Set<string> {
    this.#known ??= new Set(this.names());
    return this.#known;
  }
}

function nameOf({ key, data }: CompactRow): string {
  const name = recordIn(data).text(8);
  numberBehind(keyOf(name), key);
  return name;
}
