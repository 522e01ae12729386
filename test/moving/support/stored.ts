import type { StoreSnapshot } from "../../../src/engine/contract/snapshot.ts";
import * as to from "../../../src/export-format/lines-from.ts";
import type { ExportHeader } from "../../../src/export-format/records.ts";
import { notReadable } from "../../../src/export-format/values.ts";
import { type WrittenLine, writeExport } from "../../../src/export-format/writer.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";

const pageRows = 500;

/** What a store has, as an export: for stores that no runtime has open. */
export async function storedExport(store: Store): Promise<Uint8Array> {
  const opened = engineStoreOf(store);
  await opened.open();
  try {
    const snapshot = await opened.snapshot?.();
    if (snapshot === undefined) throw new TypeError("the store has no snapshots");
    const lines = [...linesOf(snapshot)];
    snapshot.close();
    return await bytesOf(lines);
  } finally {
    opened.close();
  }
}

/** An export of lines that a test has made. */
export async function bytesOf(lines: readonly WrittenLine[]): Promise<Uint8Array> {
  return new Uint8Array(await new Response(writeExport(lines)).arrayBuffer());
}

export const header: ExportHeader = {
  kind: "statefun-export",
  version: 1,
  engine: "test",
  time: 1_000,
  functions: [],
};

/** Without its header, which has the time. */
export function bodyOf(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return text.slice(text.indexOf("\n") + 1);
}

/** Its lines, as the values that they are. */
export function parsed(bytes: Uint8Array): Readonly<Record<string, unknown>>[] {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

function* linesOf(snapshot: StoreSnapshot): Generator<WrittenLine> {
  const { time, lastNumber } = snapshot;
  yield { ...header, time };
  yield { kind: "partition", name: "", lastNumber };
  for (const record of snapshot.paused()) yield to.pauseLine(record);
  for (const { address, states } of pages(
    snapshot.instances.bind(snapshot),
    (one) => one.address,
  )) {
    yield* to.instanceLines(address, states, () => notReadable);
  }
  yield* numbered(snapshot.messages.bind(snapshot), to.messageLine);
  yield* numbered(snapshot.timers.bind(snapshot), to.timerLine);
  yield* numbered(snapshot.records.bind(snapshot), to.recordLine);
  yield* numbered(snapshot.dead.bind(snapshot), to.deadLetterLine);
  yield* numbered(snapshot.accepted.bind(snapshot), to.keyLine);
  for (const one of pages(snapshot.positions.bind(snapshot), ({ source }) => source)) {
    if (one.source !== "statefun/import") yield { kind: "position", ...one };
  }
}

function* numbered<T extends { readonly number: number }>(
  read: (after: number, limit: number) => readonly T[],
  lineOf: (record: T, readable: typeof notReadable) => WrittenLine,
): Generator<WrittenLine> {
  for (const record of pages(
    (after: number | undefined, limit) => read(after ?? 0, limit),
    (one: T) => one.number,
  )) {
    yield lineOf(record, notReadable);
  }
}

function* pages<T, K>(
  read: (after: K | undefined, limit: number) => readonly T[],
  keyOf: (one: T) => K,
): Generator<T> {
  let after: K | undefined;
  for (;;) {
    const page = read(after, pageRows);
    if (page.length === 0) return;
    for (const one of page) {
      yield one;
      after = keyOf(one);
    }
  }
}
