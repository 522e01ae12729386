import type { AcceptedRecord, CallOutcome } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { readable } from "../damage.ts";
import { type RecordReader, RecordWriter, recordIn } from "./object-codec.ts";
import { damaged, duplicate } from "./object-errors.ts";
import { keyOf } from "./object-keys.ts";
import { accepted, call } from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import { type ObjectRow, timeOf } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

export class ObjectAccepted {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;

  constructor(records: ObjectRecords, times: ObjectTimes) {
    this.#records = records;
    this.#rows = records.rows;
    this.#times = times;
  }

  get(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.#records.one(accepted, recordOf, keyOf(target.typename, target.id, key));
  }

  all(): AcceptedRecord[] {
    return this.#records.every(accepted, recordOf);
  }

  call(id: string): AcceptedRecord | undefined {
    const found = this.#rows.find(call, keyOf(id));
    // The row of a call has the key of the other one as field 1.
    const key = found && readable(() => recordIn(found.data).bytes(1));
    return key && this.#records.one(accepted, recordOf, key);
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
    const parts = { at: expiresAt, number, data: dataOf(record) };
    if (before === undefined) this.#rows.add(accepted, rowKey, parts);
    else this.#rows.put(accepted, rowKey, parts);
    this.#times.added(accepted, expiresAt);
    const old = before && readable(() => recordOf(before).call);
    if (old === record.call) return;
    if (old !== undefined) this.#rows.drop(call, keyOf(old));
    // Fails where it is another key's.
    if (record.call === undefined) return;
    this.#rows.insert(call, keyOf(record.call), {
      data: new RecordWriter().bytes(1, rowKey).done(),
    });
  }

  #hasNumber(number: number): boolean {
    return this.#rows.keyOfNumber([accepted, accepted], number) !== undefined;
  }
}

/**
 * | field | what |
 * |---|---|
 * | 1, 2 | the target |
 * | 5 to 7 | the value of a reply |
 * | 8 | the key |
 * | 9 | the digest |
 * | 10 | the id of the call, if it is one |
 * | 11 | 1 of a call that ended with a reply, 2 of one that ended with an error |
 * | 12, 13 | the code and the reason of the error |
 */
function dataOf({ target, key, digest, call: id, outcome }: AcceptedRecord): Uint8Array {
  const writer = new RecordWriter().address(1, target).optionalText(10, id);
  if (outcome?.kind === "reply") writer.number(11, 1).value(outcome.value);
  if (outcome?.kind === "error")
    writer.number(11, 2).text(12, outcome.code).text(13, outcome.reason);
  return writer.text(8, key).text(9, digest).done();
}

function recordOf({ at, number, data }: ObjectRow): AcceptedRecord {
  const reader = recordIn(data);
  return {
    call: reader.optionalText(10),
    target: reader.address(1),
    key: reader.text(8),
    digest: reader.text(9),
    number: timeOf(number),
    expiresAt: timeOf(at),
    outcome: outcomeOf(reader),
  };
}

function outcomeOf(reader: RecordReader): CallOutcome | undefined {
  const kind = reader.count(11);
  if (kind === 0) return undefined;
  if (kind === 1) return { kind: "reply", value: reader.value() };
  if (kind !== 2) throw damaged("outcome", kind);
  return { kind: "error", code: reader.text(12), reason: reader.text(13) };
}
