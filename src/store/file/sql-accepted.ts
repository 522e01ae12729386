import type { AcceptedRecord, CallOutcome } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import {
  addressOf,
  damaged,
  integerOf,
  optionalTextOf,
  optionalTextTo,
  textOf,
  textTo,
} from "../drivers/columns.ts";
import type { Row, SqlDriver, SqlValue } from "../drivers/sql-driver.ts";
import type { SqlRows } from "./sql-rows.ts";
import { type SqlValues, type ValueOwner, valueColumns } from "./sql-values.ts";

const columns = `number, typename, id, key, digest, call, expires_at, outcome,
  ${valueColumns}, code, reason`;

const upsert = `INSERT INTO accepted (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (typename, id, key) DO UPDATE SET number = excluded.number,
    digest = excluded.digest, call = excluded.call, expires_at = excluded.expires_at,
    outcome = excluded.outcome, type = excluded.type, value = excluded.value,
    headers = excluded.headers, split = excluded.split, code = excluded.code,
    reason = excluded.reason`;

const sweep = `DELETE FROM accepted WHERE number IN
  (SELECT number FROM accepted WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
  RETURNING number`;

const keyed = { table: "accepted", keys: ["number"] };

const ofKey = "typename = ? AND id = ? AND key = ?";

export class SqlAccepted {
  readonly #rows: SqlRows;
  readonly #driver: SqlDriver;
  readonly #values: SqlValues;

  constructor(rows: SqlRows, values: SqlValues) {
    this.#rows = rows;
    this.#driver = rows.driver;
    this.#values = values;
  }

  get(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.#read(ofKey, textTo(target.typename), textTo(target.id), textTo(key));
  }

  call(call: string): AcceptedRecord | undefined {
    return this.#read("call = ?", textTo(call));
  }

  /** By the number of the message. */
  page(after: number, limit: number): AcceptedRecord[] {
    const sql = `SELECT ${columns} FROM accepted WHERE number > ? ORDER BY number LIMIT ?`;
    return this.#rows.page(keyed, this.#recordOf, after, (from) => [sql, from, limit]);
  }

  apply({ accepted }: CommitWindow): void {
    for (const record of accepted) {
      const { number, target, key, digest, call, expiresAt, outcome } = record;
      if (this.#values.isSplit("accepted")) this.#deleteParts(record);
      this.#driver.exec(
        upsert,
        number,
        textTo(target.typename),
        textTo(target.id),
        textTo(key),
        textTo(digest),
        optionalTextTo(call),
        expiresAt,
        ...this.#outcomeTo(number, outcome),
      );
    }
  }

  sweep(time: number, limit: number): boolean {
    const rows = this.#driver.exec(sweep, time, limit);
    for (const row of rows) this.#values.delete(ownerOf(Number(row["number"])));
    return rows.length < limit;
  }

  /** A key that is used again, of another message, leaves those of its last outcome. */
  #deleteParts({ target, key }: AcceptedRecord): void {
    const sql = `SELECT number FROM accepted WHERE ${ofKey}`;
    const { typename, id } = target;
    for (const row of this.#driver.exec(sql, textTo(typename), textTo(id), textTo(key))) {
      this.#values.delete(ownerOf(Number(row["number"])));
    }
  }

  #outcomeTo(number: number, outcome: CallOutcome | undefined): SqlValue[] {
    if (outcome === undefined) return [null, null, null, null, null, null, null];
    if (outcome.kind === "reply") {
      return ["reply", ...this.#values.store(ownerOf(number), outcome.value), null, null];
    }
    return ["error", null, null, null, null, textTo(outcome.code), textTo(outcome.reason)];
  }

  #read(where: string, ...params: readonly SqlValue[]): AcceptedRecord | undefined {
    const sql = `SELECT ${columns} FROM accepted WHERE ${where}`;
    return this.#rows.records(keyed, this.#recordOf, sql, ...params)[0];
  }

  readonly #recordOf = (row: Row): AcceptedRecord => ({
    target: addressOf(row),
    key: textOf(row, "key"),
    digest: textOf(row, "digest"),
    number: integerOf(row, "number"),
    call: optionalTextOf(row, "call"),
    expiresAt: integerOf(row, "expires_at"),
    outcome: this.#outcomeOf(row),
  });

  #outcomeOf(row: Row): CallOutcome | undefined {
    const kind = optionalTextOf(row, "outcome");
    if (kind === undefined) return undefined;
    if (kind === "reply") {
      return { kind, value: this.#values.read(ownerOf(integerOf(row, "number")), row) };
    }
    if (kind !== "error") throw damaged("outcome", kind);
    return { kind, code: textOf(row, "code"), reason: textOf(row, "reason") };
  }
}

function ownerOf(number: number): ValueOwner {
  return { table: "accepted", number };
}
