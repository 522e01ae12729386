import type { MessageRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { noBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { keyOf, numberBehind } from "./compact-keys.ts";
import { message } from "./compact-kinds.ts";
import type { CompactRow, CompactRows } from "./compact-rows.ts";

/** What every message has, wherever it waits. */
interface MessageParts {
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
}

export class CompactMessages {
  readonly #rows: CompactRows;

  constructor(rows: CompactRows) {
    this.#rows = rows;
  }

  page(after: number, limit: number): MessageRecord[] {
    return this.#rows.page(message, recordOf, keyOf(), after, limit);
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
      const record = { ...recordOf(row), attempts: failed, crashes };
      this.#rows.put(message, key, { data: dataOf(record) });
    }
  }
}

function dataOf(record: MessageRecord): Uint8Array {
  const writer = new RecordWriter().number(record.attempts).number(record.crashes);
  return writeMessage(writer, record);
}

function recordOf({ key, data }: CompactRow): MessageRecord {
  const reader = new RecordReader(data);
  const [attempts, crashes] = [reader.number(), reader.number()];
  return { number: numberBehind(noBytes, key), attempts, crashes, ...readMessage(reader) };
}

/** At the end of a record. */
export function writeMessage(
  writer: RecordWriter,
  { target, caller, argument }: MessageParts,
): Uint8Array {
  return writer.address(target).optionalAddress(caller).value(argument).done();
}

export function readMessage(reader: RecordReader): MessageParts {
  return {
    target: reader.address(),
    caller: reader.optionalAddress(),
    argument: reader.value(),
  };
}
