import type { MessageRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { type RecordReader, RecordWriter, recordIn } from "./object-codec.ts";
import { keyOf, numberBehind } from "./object-keys.ts";
import { message } from "./object-kinds.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import type { ObjectRow } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** What every message has, wherever it waits. */
interface MessageParts {
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

export class ObjectMessages {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;

  constructor(records: ObjectRecords) {
    this.#records = records;
    this.#rows = records.rows;
  }

  page(after: number, limit: number): MessageRecord[] {
    return this.#records.page(message, recordOf, keyOf(), after, limit);
  }

  all(): MessageRecord[] {
    return this.#records.every(message, recordOf);
  }

  apply({ messages, attempts }: CommitWindow): void {
    for (const number of messages.removed) this.#rows.drop(message, keyOf(number));
    for (const record of messages.added) {
      this.#rows.insert(message, keyOf(record.number), { data: dataOf(record) });
    }
    for (const { number, attempts: failed, crashes } of attempts) {
      const key = keyOf(number);
      const row = this.#rows.find(message, key);
      if (row === undefined) continue;
      // Everything else stays as it is, what a later version has added to it as well.
      const writer = new RecordWriter()
        .count(8, failed)
        .count(9, crashes)
        .fieldsOf(row.data, [8, 9]);
      this.#rows.put(message, key, { data: writer.done() });
    }
  }
}

/**
 * | field | what |
 * |---|---|
 * | 1 to 7 | what every message has |
 * | 8 | the attempts, unless there was none |
 * | 9 | the crashes, unless there was none |
 */
function dataOf(record: MessageRecord): Uint8Array {
  const writer = new RecordWriter().count(8, record.attempts).count(9, record.crashes);
  return writeMessage(writer, record);
}

function recordOf({ key, data }: ObjectRow): MessageRecord {
  const reader = recordIn(data);
  const [attempts, crashes] = [reader.count(8), reader.count(9)];
  return { number: numberBehind(noBytes, key), attempts, crashes, ...readMessage(reader) };
}

/**
 * What every message has, at the end of a record.
 *
 * | field | what |
 * |---|---|
 * | 1, 2 | the target |
 * | 3, 4 | the caller, if there is one |
 * | 5 to 7 | the argument (object-codec.ts) |
 */
export function writeMessage(
  writer: RecordWriter,
  { target, caller, argument }: MessageParts,
): Uint8Array {
  writer.address(1, target);
  if (caller !== undefined) writer.address(3, caller);
  return writer.value(argument).done();
}

export function readMessage(reader: RecordReader): MessageParts {
  return {
    target: reader.address(1),
    caller: reader.optionalAddress(3),
    argument: reader.value(),
  };
}
