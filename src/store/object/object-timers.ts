import type { TimerHead, TimerRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import { readable } from "../damage.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { hashOf, keyOf, numberBehind } from "./object-keys.ts";
import { timer, token } from "./object-kinds.ts";
import { readMessage, writeMessage } from "./object-messages.ts";
import type { ObjectTimes } from "./object-times.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import { type ObjectRow, timeOf } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

export class ObjectTimers {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;

  constructor(records: ObjectRecords, times: ObjectTimes) {
    this.#records = records;
    this.#rows = records.rows;
    this.#times = times;
  }

  nextDue(): number | undefined {
    return this.#times.first(timer);
  }

  due(until: number, limit: number): TimerRecord[] {
    const due = this.#records.all(timer, recordOf, { until, limit });
    // The first time may be that of one which cannot be read.
    if (due.length === 0) this.#times.removed(timer, undefined);
    return due;
  }

  all(): TimerRecord[] {
    return this.#records.every(timer, recordOf);
  }

  byToken(owner: string, name: string): TimerRecord | undefined {
    const found = this.#rows.find(token, keyOf(owner, name));
    return found && this.#records.one(timer, recordOf, keyOf(found.number ?? 0));
  }

  at(number: number): TimerRecord | undefined {
    return this.#records.one(timer, recordOf, keyOf(number));
  }

  /** Looks through all timers: this is asked by people. */
  of(owner: string, limit: number, after: number): TimerRecord[] {
    return this.#records.matching(timer, owner, after, limit, recordOf, (record) => record.owner);
  }

  /** Reads them whole: an object has few. */
  /** Of one function, this looks through those of all others as well: an object has few. */
  heads(after: number, limit: number, typename: string | undefined): TimerHead[] {
    for (let from = after; ; ) {
      const records = this.#records.page(timer, recordOf, noBytes, from, limit);
      const heads = records.map(({ number, caller, target }) => {
        return { number, typename: (caller ?? target).typename };
      });
      const last = heads.at(-1);
      if (typename === undefined || last === undefined) return heads;
      const own = heads.filter((head) => head.typename === typename);
      if (own.length > 0) return own;
      from = last.number;
    }
  }

  apply({ timers }: CommitWindow): void {
    for (const number of timers.removed) {
      const row = this.#rows.take(timer, keyOf(number));
      if (row === undefined) continue;
      this.#times.removed(timer, row.at);
      const record = readable(() => recordOf(row));
      const key = record && tokenKey(record);
      if (key !== undefined) this.#rows.drop(token, key);
    }
    for (const record of timers.added) this.#add(record);
  }

  #add(record: TimerRecord): void {
    const { number, dueAt, owner } = record;
    this.#rows.insert(timer, keyOf(number), {
      at: dueAt,
      number: owner === undefined ? undefined : hashOf(owner),
      data: dataOf(record),
    });
    this.#times.added(timer, dueAt);
    const key = tokenKey(record);
    // Fails where the token waits already.
    if (key === undefined) return;
    this.#rows.insert(token, key, { number, data: new RecordWriter().number(1, number).done() });
  }
}

function tokenKey({ owner, token: name }: TimerRecord): Uint8Array | undefined {
  return owner === undefined || name === undefined ? undefined : keyOf(owner, name);
}

/**
 * | field | what |
 * |---|---|
 * | 1 to 7 | the message (object-messages.ts) |
 * | 8 | the owner, if there is one |
 * | 9 | the token, if there is one |
 */
function dataOf(record: TimerRecord): Uint8Array {
  const writer = new RecordWriter().optionalText(8, record.owner).optionalText(9, record.token);
  return writeMessage(writer, record);
}

function recordOf({ key, at, data }: ObjectRow): TimerRecord {
  const reader = recordIn(data);
  const [owner, name] = [reader.optionalText(8), reader.optionalText(9)];
  return {
    number: numberBehind(noBytes, key),
    dueAt: timeOf(at),
    owner,
    token: name,
    ...readMessage(reader),
  };
}
