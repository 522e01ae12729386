import { integerOf, textTo } from "../drivers/columns.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";

/** Names that are not looked for again. */
const maxKnown = 10_000;

/** Numbers for the typenames of states, given when one is first stored. */
export class SqlTypes {
  readonly #driver: SqlDriver;
  readonly #numbers = new Map<string, number>();

  constructor(driver: SqlDriver) {
    this.#driver = driver;
  }

  /** Within a transaction. */
  numberOf(typename: string): number {
    let number = this.#numbers.get(typename);
    if (number === undefined) {
      number = this.#find(typename);
      // Those of remote functions are any number of names.
      if (this.#numbers.size >= maxKnown) this.#numbers.clear();
      this.#numbers.set(typename, number);
    }
    return number;
  }

  /** After a transaction that was rolled back: what it has given is gone. */
  forget(): void {
    this.#numbers.clear();
  }

  #find(typename: string): number {
    const name = textTo(typename);
    const known = this.#driver.exec("SELECT type FROM types WHERE typename = ?", name)[0];
    if (known !== undefined) return integerOf(known, "type");
    const [made = {}] = this.#driver.exec(
      "INSERT INTO types (typename) VALUES (?) RETURNING type",
      name,
    );
    return integerOf(made, "type");
  }
}
