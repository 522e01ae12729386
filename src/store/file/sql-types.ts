import { integerOf, textOf, textTo } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";

const nameSql = "SELECT typename FROM types WHERE type = ?";

/** Names that are not looked for again. */
const maxKnown = 10_000;

/** Numbers for names: typenames of values and of functions, and names of states. Given when one is first stored. */
export class SqlTypes {
  readonly #driver: SqlDriver;
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Within a transaction. */
  numberOf(typename: string): number {
    return this.known(typename) ?? this.#remember(typename, this.#make(typename));
  }

  /** Undefined for one that nothing has. */
  known(typename: string): number | undefined {
    const number = this.#numbers.get(typename);
    if (number !== undefined) return number;
    const sql = "SELECT type FROM types WHERE typename = ?";
    const row = this.#driver.exec(sql, textTo(typename))[0];
    return row && this.#remember(typename, integerOf(row, "type"));
  }

  /** The same text at every call, as a rule. Throws where it cannot be read. */
  nameOf(number: number): string {
    let name = this.#names.get(number);
    if (name === undefined) {
      const [row = { typename: null }] = this.#driver.exec(nameSql, number);
      name = textOf(row, "typename");
      if (this.#names.size >= maxKnown) this.#names.clear();
      this.#names.set(number, name);
    }
    return name;
  }

  /** After a transaction that was rolled back: what it has given is gone. */
  forget(): void {
    this.#numbers.clear();
    this.#names.clear();
  }

  #make(typename: string): number {
    const sql = "INSERT INTO types (typename) VALUES (?) RETURNING type";
    const [made = {}] = this.#driver.exec(sql, textTo(typename));
    return integerOf(made, "type");
  }

  #remember(typename: string, number: number): number {
    // Those of remote functions are any number of names.
    if (this.#numbers.size >= maxKnown) this.#numbers.clear();
    this.#numbers.set(typename, number);
    return number;
  }
}
