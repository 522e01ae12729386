import type { StoredCell } from "../../engine/contract/records.ts";
import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import { importSource } from "../../engine/holding/marks.ts";
import * as linesFrom from "../../export-format/lines-from.ts";
import type { RecordOfPartition } from "../../export-format/records.ts";
import { notReadable, type Readable } from "../../export-format/values.ts";
import type { WrittenLine } from "../../export-format/writer.ts";
import { compareTexts } from "../../internal/text-order.ts";

/** How values are shown to people, by what they are of. */
export interface Readables {
  state(typename: string, name: string): Readable;
  /** Of a message to a function. */
  message(typename: string): Readable;
  record(egress: string): Readable;
  /** Of what a function has replied. */
  reply(typename: string): Readable;
}

export const noReadables: Readables = {
  state: () => notReadable,
  message: () => notReadable,
  record: () => notReadable,
  reply: () => notReadable,
};

/** Records that are read at a time. */
const pageRows = 256;

/**
 * The lines of a partition, some at a time. Without what has expired by the time of the snapshot: it counts as absent, and is there
 * only until it is swept. `pause` is called between the parts, each of which takes a few milliseconds.
 */
export async function* partitionLines(
  snapshot: StoreSnapshot,
  name: string,
  readables: Readables,
  pause: () => Promise<void> | undefined,
): AsyncGenerator<readonly WrittenLine[], void, undefined> {
  yield [{ kind: "partition", name, lastNumber: snapshot.lastNumber }, ...pauseLines(snapshot)];
  while (snapshot.prepare?.() === true) await pause();
  for (const parts of [
    instanceLines,
    mailLines,
    recordLines,
    letterLines,
    keyLines,
    positionLines,
  ]) {
    for (const lines of parts(snapshot, readables)) {
      if (lines.length > 0) yield lines;
      await pause();
    }
  }
}

type Lines = Generator<readonly RecordOfPartition[], void, undefined>;

function pauseLines(snapshot: StoreSnapshot): RecordOfPartition[] {
  return [...snapshot.paused()]
    .sort((left, right) => {
      const order = compareTexts(left.typename, right.typename);
      if (order !== 0) return order;
      // The function as a whole comes first.
      if (left.id === undefined || right.id === undefined) {
        return Number(left.id !== undefined) - Number(right.id !== undefined);
      }
      return compareTexts(left.id, right.id);
    })
    .map((record) => linesFrom.pauseLine(record));
}

function* instanceLines(snapshot: StoreSnapshot, readables: Readables): Lines {
  for (let page = snapshot.instances(undefined, pageRows); ; ) {
    const last = page.at(-1);
    if (last === undefined) return;
    const lines: RecordOfPartition[] = [];
    for (const { address, states } of page) {
      const alive: [string, StoredCell][] = [];
      for (const named of states) if (isAlive(named[1], snapshot)) alive.push(named);
      const readable = (state: string): Readable => readables.state(address.typename, state);
      for (const line of linesFrom.instanceLines(address, alive, readable)) lines.push(line);
    }
    yield lines;
    page = snapshot.instances(last.address, pageRows);
  }
}

function* mailLines(snapshot: StoreSnapshot, readables: Readables): Lines {
  for (const page of pagesOf((after) => snapshot.messages(after, pageRows))) {
    yield page.map((record) =>
      linesFrom.messageLine(record, readables.message(record.target.typename)),
    );
  }
  for (const page of pagesOf((after) => snapshot.timers(after, pageRows))) {
    yield page.map((record) =>
      linesFrom.timerLine(record, readables.message(record.target.typename)),
    );
  }
}

function* recordLines(snapshot: StoreSnapshot, readables: Readables): Lines {
  for (const page of pagesOf((after) => snapshot.records(after, pageRows))) {
    yield page
      .filter((record) => isAlive(record, snapshot))
      .map((record) => linesFrom.recordLine(record, readables.record(record.egress)));
  }
}

function* letterLines(snapshot: StoreSnapshot, readables: Readables): Lines {
  for (const page of pagesOf((after) => snapshot.dead(after, pageRows))) {
    yield page.map((record) => {
      const { egress, target } = record;
      const readable =
        egress === undefined ? readables.message(target.typename) : readables.record(egress);
      return linesFrom.deadLetterLine(record, readable);
    });
  }
}

function* keyLines(snapshot: StoreSnapshot, readables: Readables): Lines {
  for (const page of pagesOf((after) => snapshot.accepted(after, pageRows))) {
    yield page
      .filter((record) => isAlive(record, snapshot))
      .map((record) => linesFrom.keyLine(record, readables.reply(record.target.typename)));
  }
}

function* positionLines(snapshot: StoreSnapshot): Lines {
  for (let page = snapshot.positions(undefined, pageRows); ; ) {
    const last = page.at(-1);
    if (last === undefined) return;
    // How far an import is says nothing to another store.
    yield page.flatMap(({ source, position }) =>
      source === importSource ? [] : { kind: "position", source, position },
    );
    page = snapshot.positions(last.source, pageRows);
  }
}

function* pagesOf<T extends { readonly number: number }>(
  read: (after: number) => readonly T[],
): Generator<readonly T[], void, undefined> {
  for (let page = read(-1); ; ) {
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    page = read(last.number);
  }
}

function isAlive(
  { expiresAt }: { readonly expiresAt: number | undefined },
  { time }: StoreSnapshot,
): boolean {
  return expiresAt === undefined || expiresAt > time;
}
