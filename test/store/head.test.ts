import { copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import type { LinkWindow } from "../../src/engine/contract/store.ts";
import { objectSchema } from "../../src/store/object/object-schema.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import { headLimits } from "../../src/store/object/rows/head-store.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { objectStore, noHead } from "./changed-driver.ts";
import { thrown } from "./checks.ts";
import { added, address, cell, message, removed, timer, value } from "./records.ts";
import { headRowsOf, rowsOf } from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
const isWrite = (sql: string) => /^(?:INSERT|UPDATE|DELETE)/.test(sql);

/** A store over a file, and how many rows each window has written. */
async function counted(path = newPath(), limits = headLimits) {
  let rows = 0;
  const subject = await Subject.open(
    () => () =>
      objectStore(
        path,
        (driver) => ({
          wakeAt: () => {},
          exec: (sql, ...params) => {
            const found = driver.exec(sql, ...params);
            if (isWrite(sql)) rows += sql.includes("RETURNING") ? found.length : 1;
            return found;
          },
          change: (sql, ...params) => {
            const isThere = driver.change(sql, ...params);
            if (isThere) rows += 1;
            return isThere;
          },
        }),
        limits,
      ),
  );
  const written = (parts: Partial<LinkWindow>) => {
    rows = 0;
    subject.commit(parts);
    return rows;
  };
  return { path, subject, written };
}

const ownRows = (path: string) => rowsOf(path).length - headRowsOf(path).length - 1;
const text = (length: number) => ({ value: value("x".repeat(length)) });
const headSize = (path: string) => {
  const database = new DatabaseSync(path);
  const row = database.prepare("SELECT length(data) AS bytes FROM statefun WHERE kind = 0").get();
  database.close();
  return Number(row?.["bytes"]);
};

describe("the head of an object", () => {
  it("is the only row that a window writes, whatever small it has", async () => {
    const { path, subject, written } = await counted();
    written({ cells: [cell(1)] });
    const link = { link: "l", epoch: 1, base: 0, last: 1 };
    expect(
      written({
        cells: [cell(1), cell(2, { expiresAt: 1e9 })],
        messages: added(message(1)),
        timers: added(timer(2, { token: "t" })),
        linksOut: added(link),
        linksIn: added({ link: "l", epoch: 1, last: 2, seenAt: 3 }),
      }),
    ).toBe(1);
    expect(written({ messages: removed(1), timers: removed(2), renewed: [] })).toBe(1);
    expect(written({ renewed: [{ cell: 1, expiresAt: 5e8 }] })).toBe(1);
    expect(ownRows(path)).toBe(0);
    await subject.reopen();
    expect(subject.store.load(address("a")).get("state1")?.expiresAt).toBe(5e8);
    expect(subject.links.linksOut()).toEqual([link]);
    subject.store.close();
  });

  it("has no row above 2 kB, and takes one that becomes small", async () => {
    const { path, subject, written } = await counted();
    written({ cells: [cell(1, text(1_900)), cell(2, text(2_100))] });
    expect(headRowsOf(path)).toHaveLength(1);
    written({ cells: [cell(1, text(2_100)), cell(2, text(9))] });
    expect(headRowsOf(path).map(({ number }) => number)).toEqual([2n]);
    expect(ownRows(path)).toBe(1);
    await subject.reopen();
    const sizes = [...subject.store.load(address("a")).values()].map(
      (one) => one.value.bytes?.length,
    );
    expect(sizes.sort()).toEqual([2_100, 9]);
    subject.store.close();
  });

  it("is never above 32 kB: the rows that were written longest ago leave it, few at a time", async () => {
    const { path, subject, written } = await counted();
    let total = 0;
    for (let number = 2; number <= 1_000; number += 1) {
      const rows = written({ cells: [cell(1), cell(number, text(60))] });
      // Two states and the progress are three rows without a head.
      expect(rows).toBeLessThanOrEqual(4);
      total += rows;
    }
    expect(headSize(path)).toBeLessThanOrEqual(headLimits.headBytes);
    expect(headSize(path)).toBeGreaterThan(headLimits.headBytes / 4);
    expect(total).toBeLessThan(2_000);
    const packed = headRowsOf(path).map(({ number }) => Number(number));
    // What every window writes is there, and else the last ones.
    expect(packed.toSorted((one, other) => one - other)).toEqual([
      1,
      ...Array.from({ length: packed.length - 1 }, (_, index) => 1_002 - packed.length + index),
    ]);
    await subject.reopen();
    expect(subject.store.load(address("a")).size).toBe(1_000);
    subject.store.close();
  });

  it("keeps its limit in a window of thousands, and of rows of any size", async () => {
    const { path, subject } = await counted();
    const cells = Array.from({ length: 3_000 }, (_, index) => cell(index + 1));
    subject.commit({ cells });
    expect(headSize(path)).toBeLessThanOrEqual(headLimits.headBytes);
    const large = Array.from({ length: 10 }, (_, index) => cell(5_000 + index, text(1_800)));
    subject.commit({ cells: large });
    expect(headSize(path)).toBeLessThanOrEqual(headLimits.headBytes);
    expect(headRowsOf(path).filter(({ number }) => number >= 5_000n)).toHaveLength(10);
    subject.store.close();
  });

  it("leaves a row where it is while the head is more than a quarter full, and takes it back then", async () => {
    const { path, subject, written } = await counted();
    const many = Array.from({ length: 500 }, (_, index) => cell(index + 1, text(60)));
    subject.commit({ cells: many });
    const own = () => {
      const packed = new Set(headRowsOf(path).map(({ number }) => Number(number)));
      return many.filter(({ cell }) => !packed.has(cell));
    };
    const [first, second] = own();
    if (first === undefined || second === undefined) throw new Error("rows of their own");
    const before = own().length;
    expect(written({ cells: [first] })).toBe(2);
    expect(own()).toHaveLength(before);
    const rest = headRowsOf(path).map(({ number }) => cell(Number(number), { value: undefined }));
    expect(written({ cells: rest })).toBe(1);
    // Its row goes, and the head is written: as many as there were. From then on it is one.
    expect(written({ cells: [second] })).toBe(2);
    expect(written({ cells: [second] })).toBe(1);
    subject.store.close();
  });

  it("moves no row to and fro, whatever is written around its limit", async () => {
    const { subject, written } = await counted();
    const states = Array.from({ length: 400 }, (_, index) => cell(index + 1, text(60)));
    subject.commit({ cells: states });
    let total = 0;
    for (let round = 0; round < 5; round += 1) {
      for (const state of states) total += written({ cells: [state] });
    }
    // As without a head, where each window writes a state and the progress.
    expect(total).toBeLessThanOrEqual(2 * 5 * states.length);
    subject.store.close();
  });

  it("takes the rows of an object of version 1 as they are written", async () => {
    const path = newPath();
    const old = await counted(path, noHead);
    old.subject.commit({ cells: [cell(1), cell(2)], messages: added(message(1)) });
    old.subject.store.close();
    const { subject, written } = await counted(path);
    expect(ownRows(path)).toBe(3);
    expect(written({ cells: [cell(1)] })).toBe(2);
    expect(written({ cells: [cell(1)] })).toBe(1);
    expect(written({ messages: removed(1) })).toBe(2);
    expect(ownRows(path)).toBe(1);
    expect(subject.store.load(address("a")).size).toBe(2);
    subject.store.close();
  });

  it("takes a state that is only renewed, unless it is large", async () => {
    const path = newPath();
    const old = await counted(path, noHead);
    const expiresAt = 1e6;
    old.subject.commit({ cells: [cell(1, { expiresAt }), cell(2), cell(3, text(3_000))] });
    old.subject.store.close();
    const { subject, written } = await counted(path);
    const renewed = [1, 2, 3].map((number) => ({ cell: number, expiresAt: 2e6 }));
    expect(written({ renewed })).toBe(4);
    expect(written({ renewed })).toBe(2);
    await subject.reopen();
    const cells = [...subject.store.load(address("a")).values()];
    expect(cells.map((one) => [one.value.bytes?.length, one.expiresAt])).toEqual([
      [6, 2e6],
      [6, 2e6],
      [3_000, 2e6],
    ]);
    subject.store.close();
  });

  it("is refused by code of version 1, which would lose it", async () => {
    const { path, subject } = await counted();
    subject.commit({ cells: [cell(1)] });
    subject.store.close();
    const before = { ...objectSchema, version: 1, readableBy: 1, migrations: [] };
    const open = () => createObjectStore(() => openNodeSqlite(path, "normal"), before).open();
    await thrown("store_newer", open);
  });

  it("costs an object with 100,000 states no more rows than before", async () => {
    const path = newPath();
    const old = await counted(path, noHead);
    const states = (from: number, count: number) =>
      Array.from({ length: count }, (_, index) => cell(from + index + 1));
    for (let from = 0; from < 100_000; from += 10_000) {
      old.subject.commit({ cells: states(from, 10_000) });
    }
    old.subject.store.close();
    const copy = newPath();
    copyFileSync(path, copy);
    const totals: number[] = [];
    for (const [file, limits] of [
      [path, noHead],
      [copy, headLimits],
    ] as const) {
      const { subject, written } = await counted(file, limits);
      let total = 0;
      for (let window = 0; window < 600; window += 1) {
        const some = [cell(100_001 + window), cell(((window * 7_919) % 100_000) + 1)];
        const rows = written({
          cells: some,
          linksIn: added({ link: `l${window % 9}`, epoch: 1, last: window, seenAt: window }),
        });
        expect(rows).toBeLessThanOrEqual(5);
        total += rows;
      }
      totals.push(total);
      subject.store.close();
    }
    const [before = 0, after = 0] = totals;
    expect(after).toBeLessThan(before * 0.75);
  });
});
