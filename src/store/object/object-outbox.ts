import type { OutboxRecord } from "../../engine/contract/records.ts";
import type { LinkWindow } from "../../engine/contract/store.ts";
import { readStored } from "../stored-bytes.ts";
import { RecordReader, RecordWriter, recordIn } from "./object-codec.ts";
import { damaged, duplicate } from "./object-errors.ts";
import { keyOf, numberBehind } from "./object-keys.ts";
import { outbox } from "./object-kinds.ts";
import { readMessage, writeMessage } from "./object-messages.ts";
import type { ObjectRecords } from "./rows/object-records.ts";
import type { ObjectRow } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

/** What one row takes of a window, a single larger message excepted. Every read of a part of it reads all of it. */
const packBytes = 65_536;
/** At most, of a pack beside its messages. */
const packHeadBytes = 9;
/** At most, of a message beside itself: its tag and its length. */
const entryBytes = 6;
/** Rows that are read at a time where they have one message each: four of the largest are half of what an isolate has. */
const pageRows = 4;
/** Of a page, after which nothing more is read: an RPC takes less, whatever was asked for. */
const pageBytes = 1_048_576;

/**
 * What waits on links. Rows are billed, so the messages that a window adds to a link share a few: the key has the number
 * of the last one, the column `number` that of the first one that is still there. A message alone is a row without it.
 *
 * | record | field | what |
 * |---|---|---|
 * | a message alone | 1 to 7 | what every message has (object-messages.ts) |
 * | a pack | 1 | the number of its first message |
 * | a pack | 2 | a message, once for each, with consecutive numbers |
 */
export class ObjectOutbox {
  readonly #records: ObjectRecords;
  readonly #rows: ObjectRows;

  constructor(records: ObjectRecords) {
    this.#records = records;
    this.#rows = records.rows;
  }

  /** Ends early where messages are large: the next page goes on behind it. */
  page(link: string, after: number, limit: number): OutboxRecord[] {
    const found: OutboxRecord[] = [];
    let from = after;
    let bytes = 0;
    const read = (row: ObjectRow) => {
      const records = recordsOf(link, row, after, limit - found.length);
      return {
        last: numberBehind(keyOf(link), row.key),
        isAlone: row.number === undefined && row.data.length <= packBytes,
        bytes: row.data.length,
        records,
      };
    };
    // A pack or a large message may be all that is wanted, so the rows behind it are not read with it.
    for (let rowsWanted = 1; found.length < limit && bytes < pageBytes; ) {
      const rows = this.#records.page(outbox, read, keyOf(link), from, rowsWanted);
      for (const row of rows) {
        found.push(...row.records.slice(0, limit - found.length));
        bytes += row.bytes;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsWanted) break;
      from = last.last;
      rowsWanted = last.isAlone ? pageRows : 1;
    }
    return found;
  }

  apply({ outbox: { added, removed } }: LinkWindow): void {
    for (const { link, upTo } of removed) {
      this.#rows.dropUpTo(outbox, keyOf(link), upTo);
      this.#rows.advance(outbox, keyOf(link), upTo);
    }
    const byLink = new Map<string, OutboxRecord[]>();
    for (const record of added) {
      const group = byLink.get(record.link);
      if (group === undefined) byLink.set(record.link, [record]);
      else group.push(record);
    }
    for (const [link, records] of byLink) this.#add(link, records);
  }

  /** The engine's numbers only ever grow. */
  #add(link: string, records: readonly OutboxRecord[]): void {
    const [first] = records.toSorted(byNumber);
    if (first !== undefined && this.#rows.hasAfter(outbox, keyOf(link), first.number - 1)) {
      this.#merge(link, records);
    } else {
      this.#append(link, records.toSorted(byNumber));
    }
  }

  /** Among others that are there: all are written anew, in order. */
  #merge(link: string, records: readonly OutboxRecord[]): void {
    const before: OutboxRecord[] = [];
    for (let after = -1; ; ) {
      const page = this.page(link, after, Number.MAX_SAFE_INTEGER);
      const last = page.at(-1);
      if (last === undefined) break;
      before.push(...page);
      after = last.number;
    }
    this.#rows.dropUpTo(outbox, keyOf(link), Number.MAX_SAFE_INTEGER);
    this.#append(link, [...before, ...records].sort(byNumber));
  }

  /** Fails if two have the same number. */
  #append(link: string, records: readonly OutboxRecord[]): void {
    let pack: Uint8Array[] = [];
    let [first, bytes] = [0, packHeadBytes];
    const limit = Math.min(packBytes, this.#rows.driver.maxValueBytes);
    for (const record of records) {
      const data = writeMessage(new RecordWriter(), record);
      const next = first + pack.length;
      if (record.number < next) {
        throw duplicate(`message ${record.number} of the outbox`);
      }
      if (record.number !== next || bytes + data.length + entryBytes > limit) {
        this.#insert(link, first, pack);
        [pack, first, bytes] = [[], record.number, packHeadBytes];
      }
      pack.push(data);
      bytes += data.length + entryBytes;
    }
    this.#insert(link, first, pack);
  }

  /** Messages with consecutive numbers. */
  #insert(link: string, first: number, pack: readonly Uint8Array[]): void {
    const [alone] = pack;
    if (alone === undefined) return;
    if (pack.length === 1) {
      this.#rows.insert(outbox, keyOf(link, first), { data: alone });
      return;
    }
    const writer = new RecordWriter().number(1, first);
    for (const data of pack) writer.bytes(2, data);
    const key = keyOf(link, first + pack.length - 1);
    this.#rows.insert(outbox, key, { number: first, data: writer.done() });
  }
}

const byNumber = (left: OutboxRecord, right: OutboxRecord): number => left.number - right.number;

/** The messages of a row with a greater number than this. */
function recordsOf(
  link: string,
  { key, number: first, data }: ObjectRow,
  after: number,
  limit: number,
): OutboxRecord[] {
  const last = numberBehind(keyOf(link), key);
  if (first === undefined) {
    return [{ link, number: last, ...readMessage(recordIn(data)) }];
  }
  const from = Math.max(first, after + 1);
  return readStored(data, (reader, end) => {
    const found: OutboxRecord[] = [];
    let number = Number.NaN;
    for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
      // It is written first. A message before it has no number, and is of a damaged pack.
      if (tag === 0x08) number = reader.varint();
      else if (tag === 0x12) {
        const messageEnd = reader.fieldEnd(end);
        if (number >= from) {
          const message = readMessage(new RecordReader(reader, messageEnd));
          if (found.push({ link, number, ...message }) === limit) return found;
        }
        reader.position = messageEnd;
        number += 1;
      } else reader.skip(tag, end);
    }
    if (number !== last + 1) throw damaged("number", number);
    return found;
  });
}
