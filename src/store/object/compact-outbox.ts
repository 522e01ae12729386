import type { OutboxRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import { RecordReader, RecordWriter } from "./compact-codec.ts";
import { duplicate } from "./compact-errors.ts";
import { keyOf, numberBehind } from "./compact-keys.ts";
import { outbox } from "./compact-kinds.ts";
import { readMessage, writeMessage } from "./compact-messages.ts";
import type { CompactRow, CompactRows } from "./compact-rows.ts";

/** What one row takes of a window, a single larger message excepted. Every read of a part of it reads all of it. */
const packBytes = 65_536;
/** At most, of a message beside itself: its number and its length. */
const entryBytes = 12;
/** Rows that are read at a time where they have one message each. */
const pageRows = 16;

/**
 * What waits on links. Rows are billed, so the messages that a window adds to a link share a few: the key has the number
 * of the last one, the column `number` that of the first one that is still there. A message alone is a row without it.
 */
export class CompactOutbox {
  readonly #rows: CompactRows;

  constructor(rows: CompactRows) {
    this.#rows = rows;
  }

  page(link: string, after: number, limit: number): OutboxRecord[] {
    const found: OutboxRecord[] = [];
    let from = after;
    const read = (row: CompactRow) => {
      const records = recordsOf(link, row, after, limit - found.length);
      return {
        last: numberBehind(keyOf(link), row.key),
        isPack: row.number !== undefined,
        records,
      };
    };
    // A pack may be all that is wanted, so the rows behind it are not read with it.
    for (let rowsWanted = 1; found.length < limit; ) {
      const rows = this.#rows.page(outbox, read, keyOf(link), from, rowsWanted);
      for (const { records } of rows) found.push(...records.slice(0, limit - found.length));
      const last = rows.at(-1);
      if (last === undefined || rows.length < rowsWanted) break;
      from = last.last;
      rowsWanted = last.isPack ? 1 : pageRows;
    }
    return found;
  }

  apply({ outbox: { added, removed } }: CommitWindow): void {
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
    const before = this.page(link, -1, Number.MAX_SAFE_INTEGER);
    this.#rows.dropUpTo(outbox, keyOf(link), Number.MAX_SAFE_INTEGER);
    this.#append(link, [...before, ...records].sort(byNumber));
  }

  /** Fails if two have the same number. */
  #append(link: string, records: readonly OutboxRecord[]): void {
    let pack: [number: number, data: Uint8Array][] = [];
    let bytes = 0;
    const limit = Math.min(packBytes, this.#rows.driver.maxValueBytes);
    for (const record of records) {
      const data = writeMessage(new RecordWriter(), record);
      if (pack.length > 0 && bytes + data.length + entryBytes > limit) {
        this.#insert(link, pack);
        [pack, bytes] = [[], 0];
      }
      pack.push([record.number, data]);
      bytes += data.length + entryBytes;
    }
    this.#insert(link, pack);
  }

  #insert(link: string, pack: readonly (readonly [number: number, data: Uint8Array])[]): void {
    const [[first, alone] = [0, undefined]] = pack;
    if (pack.length === 1 && alone !== undefined) {
      this.#rows.insert(outbox, keyOf(link, first), { data: alone });
      return;
    }
    const writer = new RecordWriter();
    let last = -1;
    for (const [number, data] of pack) {
      if (number <= last) throw duplicate(`message ${number} of the outbox`);
      // Each is greater than the one before: what is written cannot be negative.
      writer.number(number - last - 1).bytes(data);
      last = number;
    }
    this.#rows.insert(outbox, keyOf(link, last), { number: first, data: writer.done() });
  }
}

const byNumber = (left: OutboxRecord, right: OutboxRecord): number => left.number - right.number;

/** The messages of a row with a greater number than this. */
function recordsOf(
  link: string,
  { key, number: first, data }: CompactRow,
  after: number,
  limit: number,
): OutboxRecord[] {
  if (first === undefined) {
    return [
      { link, number: numberBehind(keyOf(link), key), ...readMessage(new RecordReader(data)) },
    ];
  }
  const reader = new RecordReader(data);
  const found: OutboxRecord[] = [];
  let number = -1;
  while (!reader.isAtEnd && found.length < limit) {
    number += reader.number() + 1;
    const message = reader.part();
    if (number >= first && number > after) found.push({ link, number, ...readMessage(message) });
  }
  return found;
}
