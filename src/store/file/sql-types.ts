import { integerOf, textTo } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";

/** Names that are not looked for again. */
const maxKnown = 10_000;

/** Numbers for names: typenames of values and of functions, and names of states. Given when one is first stored. */
export class SqlTypes {
  readonly #driver: SqlDriver;
  readonly #numbers = new Map<string, number>();

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

  /** After a transaction that was rolled back: what it has given is gone. */
  forget(): void {
    this.#numbers.clear();
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
