import type { AcceptedRecord, CallOutcome } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { readable } from "../damage.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { damaged, duplicate } from "./compact-errors.ts";
import { keyOf } from "./compact-keys.ts";
import { accepted, call } from "./compact-kinds.ts";
import { type CompactRow, type CompactRows, timeOf } from "./compact-rows.ts";
import type { CompactTimes } from "./compact-times.ts";

export class CompactAccepted {
  readonly #rows: CompactRows;
  readonly #times: CompactTimes;

  constructor(rows: CompactRows, times: CompactTimes) {
    this.#rows = rows;
    this.#times = times;
  }

  get(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.#rows.record(accepted, recordOf, keyOf(target.typename, target.id, key));
  }

  call(id: string): AcceptedRecord | undefined {
    const found = this.#rows.find(call, keyOf(id));
    return found && this.#rows.record(accepted, recordOf, found.data);
  }

  /** `last` is the greatest number that a key ever had. Gives it as it is afterwards. */
  apply({ accepted: records }: CommitWindow, last: number): number {
    let greatest = last;
    for (const record of records) {
      this.#write(record, greatest);
      greatest = Math.max(greatest, record.number);
    }
    return greatest;
  }

  sweep(time: number, limit: number): boolean {
    return this.#times.sweep(accepted, time, limit, (key) => {
      const row = this.#rows.take(accepted, key);
      const id = row && readable(() => recordOf(row).call);
      if (id !== undefined) this.#rows.drop(call, keyOf(id));
    });
  }

  #write(record: AcceptedRecord, greatest: number): void {
    const { target, key, number, expiresAt } = record;
    const rowKey = keyOf(target.typename, target.id, key);
    const before = this.#rows.find(accepted, rowKey);
    // A new number cannot be there. One that was there and is not any more, a key whose call ended late, is rare.
    if (number <= greatest && before?.number !== number && this.#hasNumber(number)) {
      throw duplicate(`a key of message ${number}`);
    }
    this.#rows.put(accepted, rowKey, { at: expiresAt, number, data: dataOf(record) });
    this.#times.added(accepted, expiresAt);
    const old = before && readable(() => recordOf(before).call);
    if (old === record.call) return;
    if (old !== undefined) this.#rows.drop(call, keyOf(old));
    // Fails where it is another key's.
    if (record.call !== undefined) this.#rows.insert(call, keyOf(record.call), { data: rowKey });
  }

  #hasNumber(number: number): boolean {
    const sql = "SELECT 1 FROM statefun WHERE kind = ? AND number = ? LIMIT 1";
    return this.#rows.read(sql, accepted, number).length > 0;
  }
}

function dataOf({ target, key, digest, call: id, outcome }: AcceptedRecord): Uint8Array {
  const writer = new RecordWriter().optionalText(id).address(target).text(key).text(digest);
  if (outcome === undefined) writer.number(0);
  else if (outcome.kind === "reply") writer.number(1).value(outcome.value);
  else writer.number(2).text(outcome.code).text(outcome.reason);
  return writer.done();
}

function recordOf({ at, number, data }: CompactRow): AcceptedRecord {
  const reader = new RecordReader(data);
  return {
    call: reader.optionalText(),
    target: reader.address(),
    key: reader.text(),
    digest: reader.text(),
    number: timeOf(number),
    expiresAt: timeOf(at),
    outcome: outcomeOf(reader),
  };
}

function outcomeOf(reader: RecordReader): CallOutcome | undefined {
  const kind = reader.number();
  if (kind === 0) return undefined;
  if (kind === 1) return { kind: "reply", value: reader.value() };
  if (kind !== 2) throw damaged("outcome", kind);
  return { kind: "error", code: reader.text(), reason: reader.text() };
}
