import { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { SqlDriver } from "./drivers/sql-driver.ts";
import { storeFailed } from "./store-errors.ts";

/** Hears of each row that cannot be read, once. */
export type Report = (error: StateFunError) => void;

/** More rows than this are put aside without being named. */
const maxNamed = 1_000;

/**
 * What happens to rows that cannot be read: each is reported and moved aside, and the store continues with the
 * rest. If there is no listener for the reports, reading such a row throws.
 */
export class Damage {
  readonly #driver: SqlDriver;
  readonly #report: Report | undefined;
  readonly #named = new Set<string>();

  constructor(driver: SqlDriver, report: Report | undefined) {
    this.#driver = driver;
    this.#report = report;
  }

  get isReported(): boolean {
    return this.#report !== undefined;
  }

  /** Called outside of a transaction. `putAside` runs within one, that of the driver unless there is another. */
  found(
    what: string,
    cause: unknown,
    putAside: () => void,
    transaction: (body: () => void) => void = (body) => this.#driver.transaction(body),
  ): void {
    if (this.#report === undefined || !isDamage(cause)) throw cause;
    let becomes = "it is moved aside";
    try {
      transaction(putAside);
    } catch {
      becomes = "it stays in place and is ignored";
    }
    if (this.#named.has(what) || this.#named.size >= maxNamed) return;
    this.#named.add(what);
    const text = `${this.#driver.name} has ${what}, which cannot be read: ${reasonOf(cause)}; ${becomes}`;
    this.#report(new StateFunError("store_failed", text, { cause }));
  }
}

/** A state that cannot be read is not left out: its instance waits, and does not begin again without it. */
export function stateDamaged(name: string, { typename, id }: WireAddress, cause: unknown): unknown {
  if (!isDamage(cause)) return cause;
  const text = `${name} has a state of ${typename} ${show(id)} that cannot be read: ${reasonOf(cause)}`;
  return new StateFunError("state_undecodable", text, { cause });
}

/** What everything depends on cannot be put aside: such a store is refused. */
export function progressOf<P>(name: string, read: () => P): P {
  try {
    return read();
  } catch (error) {
    const isOurs = error instanceof StateFunError && error.message.startsWith(name);
    if (isOurs || !isDamage(error)) throw error;
    const text = `the row of its progress cannot be read: ${reasonOf(error)}`;
    throw storeFailed(name, text, error);
  }
}

/** Whether it is what was read that is wrong: what the database throws is another kind of error. */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof StateFunError || error instanceof RangeError || error instanceof TypeError
  );
}

/** What `read` makes of something, or undefined where it cannot be read. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}

/** Whether a window was refused because of what already exists. */
export function isClash(error: unknown): boolean {
  const isOurs = error instanceof StateFunError && error.message.endsWith("already exists");
  return isOurs || /constraint/i.test(reasonOf(error));
}

/** The condition of rows whose column has an integer that JavaScript has no number for. */
export function isNumberless(column: string): string {
  const { MIN_SAFE_INTEGER: least, MAX_SAFE_INTEGER: most } = Number;
  return `(typeof(${column}) = 'integer' AND ${column} NOT BETWEEN ${least} AND ${most})`;
}
