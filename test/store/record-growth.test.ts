import { type DescMessage, fromBinary, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import type { LinkStore } from "../../src/engine/contract/store.ts";
import { bytesFromHeaders, headersFromBytes } from "../../src/store/header-bytes.ts";
import * as kinds from "../../src/store/object/object-kinds.ts";
import * as records from "../gen/store/records_pb.ts";
import { objectStore } from "./changed-driver.ts";
import { canonical } from "./checks.ts";
import { added, address, cell, message } from "./records.ts";
import {
  joinedBytes as bytes,
  headField,
  headOf,
  headRowsOf,
  later,
  openCopy,
  places,
  type Row,
  rewrite,
  rewriteHead,
  rowsOf,
  schemaOf,
  writeAll,
} from "./stored-rows.ts";
import { hasLinks, Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

describe.each(places)("fields of a later version, in %s,", (_, limits) => {
  const messageRow = (path: string) =>
    rowsOf(path).find(({ kind }) => kind === kinds.message) as Row;

  it("stay in a message whose attempts are counted, which is rewritten in its own place", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path, () => ({}), limits));
    subject.commit({ messages: added(message(1, { attempts: 1 })) });
    subject.store.close();
    rewrite(path, ({ kind, data }) => (kind === kinds.message ? bytes(data, later) : data));
    for (const [attempts, crashes] of [
      [2, 1],
      [3, 0],
      [300, 0],
    ] as const) {
      await subject.reopen();
      subject.commit({ attempts: [{ number: 1, attempts, crashes }] });
      expect(subject.store.messages(0, 9)).toEqual([message(1, { attempts, crashes })]);
      subject.store.close();
      const { $unknown = [], ...read } = fromBinary(records.MessageSchema, messageRow(path).data);
      expect($unknown.map(({ no }) => no)).toEqual([20, 21, 22, 23, 24, 31, 2 ** 29 - 1]);
      expect(read).toMatchObject({ attempts: BigInt(attempts), targetId: "a" });
      // It does not grow by being counted.
      expect(messageRow(path).data.length).toBeLessThan(150);
    }
  });

  it("go with a record that a window writes anew: whoever writes it vouches for all of it", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path, () => ({}), limits));
    subject.commit({
      cells: [cell(1)],
      linksIn: added({ link: "l", epoch: 1, last: 1, seenAt: 1 }),
    });
    subject.store.close();
    rewrite(path, ({ data }) => bytes(data, later));
    await subject.reopen();
    subject.commit({
      cells: [cell(1)],
      linksIn: added({ link: "l", epoch: 1, last: 2, seenAt: 2 }),
    });
    subject.store.close();
    for (const row of rowsOf(path)) {
      expect(fromBinary(schemaOf(row) as DescMessage, row.data).$unknown).toBeUndefined();
    }
  });

  it("are skipped in headers, those of a file too", () => {
    const headers = [
      { key: "k", value: undefined },
      { key: "", value: Uint8Array.of(1) },
    ];
    const written = bytesFromHeaders(headers) as Uint8Array;
    const read = fromBinary(records.HeadersSchema, written);
    expect(toJson(records.HeadersSchema, read)).toEqual({
      headers: [{ key: "k" }, { value: "AQ==" }],
    });
    const inner = bytes([0x0a, 3 + later.length, 0x0a, 0x01, 0x6b], later);
    expect(headersFromBytes(bytes(later, inner, later))).toEqual([headers[0]]);
    expect(headersFromBytes(bytes(later, written))).toEqual(headers);
  });
});

it("a field of a later version beside the data of a row in the head is lost where the row is renewed, and there alone", async () => {
  const path = newPath();
  const subject = await Subject.open(() => () => objectStore(path));
  subject.commit({ cells: [cell(1, { expiresAt: 1e9 }), cell(2)] });
  subject.store.close();
  rewriteHead(path, (data) => {
    const { progress, rows } = headOf({ kind: kinds.progress, data });
    return bytes(...rows.map((row) => headField(row.bytes, later)), progress);
  });
  await subject.reopen();
  subject.commit({ renewed: [{ cell: 1, expiresAt: 2e9 }] });
  subject.store.close();
  const kept = headRowsOf(path).map(({ number, $unknown = [] }) => [number, $unknown.length > 0]);
  expect(kept.sort()).toEqual([
    [1n, false],
    [2n, true],
  ]);
});

describe.each(places)("a record that was cut off, in %s,", (_, limits) => {
  const keys = ["key", "other", "n".repeat(300)];
  const reads: readonly (readonly [
    kind: number,
    read: (store: LinkStore) => readonly unknown[],
  ])[] = [
    [kinds.message, (store) => store.messages(0, 9)],
    [kinds.timer, (store) => store.dueTimers(1e6, 9)],
    [kinds.egress, (store) => store.unsent("demo/out", 0, 9)],
    [kinds.kept, (store) => store.kept("demo/out", 0, 9, 0)],
    [kinds.dead, (store) => store.dead(0, 9)],
    [kinds.accepted, (store) => keys.map((key) => store.accepted(address("a"), key))],
    [kinds.outbox, (store) => store.outbox("link", 0, 9)],
    [kinds.linkIn, (store) => [store.linkIn("link")]],
  ];

  it.each(reads)("is put aside, and never read as a shorter one: kind %i", async (kind, read) => {
    const source = await writeAll(newPath(), limits);
    const [row] = rowsOf(source).filter((one) => one.kind === kind);
    const { key, data } = row as Row;
    /** What is read where that row has only so many bytes, and how much of it is put aside. */
    const readsOf = async (length: number) => {
      let reports = 0;
      const isCut = (row: Row) => row.kind === kind && canonical(row.key) === canonical(key);
      const store = await openCopy(
        source,
        () => void reports++,
        (row) => (isCut(row) ? data.subarray(0, length) : row.data),
      );
      if (!hasLinks(store)) throw new Error("the store of an object has links");
      const found = read(store).map(canonical);
      store.close();
      return { found, reports };
    };
    const whole = await readsOf(data.length);
    expect(whole.reports).toBe(0);
    const known = new Set(["undefined", ...whole.found]);
    for (let length = 0; length < data.length; length += 1) {
      const { found, reports } = await readsOf(length);
      expect(found.filter((text) => !known.has(text))).toEqual([]);
      expect(reports, `${length} bytes`).toBeGreaterThan(0);
    }
  });
});
