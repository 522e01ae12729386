import { readable } from "../damage.ts";
import { recordIn } from "./object-codec.ts";
import { duplicate } from "./object-errors.ts";
import { endOf, keyOf, numberBehind } from "./object-keys.ts";
import type { ObjectRow, RowParts } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/**
 * Rows of a kind whose key is a name and a number, and whose record has the name as field 8. There are few names, and a
 * number is in one of them at most: one that comes without its name is looked for under each.
 */
export class ObjectGroups {
  readonly #rows: ObjectRows;
  readonly #kind: number;
  /** Names that have rows, or had. Undefined before it is needed. */
  #known: Set<string> | undefined;

  constructor(rows: ObjectRows, kind: number) {
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

function nameOf({ key, data }: ObjectRow): string {
  const name = recordIn(data).text(8);
  numberBehind(keyOf(name), key);
  return name;
}
