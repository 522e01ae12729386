import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { createObjectStore } from "../../src/store/object/object-store.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { changed, objectStore, noHead } from "./changed-driver.ts";
import { thrown } from "./checks.ts";
import { added, address, cell, emptyWindow, message, removed } from "./records.ts";
import { headField, headRowsOf, joinedBytes, rewriteHead, rowsOf } from "./stored-rows.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

describe("a head that something else has changed", () => {
  // The head is told by its last bytes: a long identity must not push out what differs between two engines.
  it.each(["identity", "i".repeat(60), "i".repeat(120), "i".repeat(3_000)])(
    "is not written over by an engine that has not read the change: %#",
    async (identity) => {
      const driver = await openNodeSqlite(newPath(), "normal");
      const open = async () => {
        const store = createObjectStore(async () => changed(driver, { close: () => {} }));
        await store.open();
        return store;
      };
      const first = await open();
      first.commit({ ...emptyWindow(1), identity, cells: [cell(1)] });
      const second = await open();
      second.commit({ ...emptyWindow(2), identity, opener: "second", cells: [cell(2)] });
      const late = { ...emptyWindow(2), identity, opener: "first", cells: [cell(3)] };
      const { message: reason } = await thrown("store_failed", () => first.commit(late));
      expect(reason).toMatch(/another engine has committed a window/);
      await thrown("store_failed", () => first.commit(late));
      expect([...second.load(address("a")).keys()].sort()).toEqual(["state1", "state2"]);
      driver.close();
    },
  );

  it("has what is no row put aside, and the rest read", async () => {
    const path = newPath();
    const subject = await Subject.open(() => () => objectStore(path));
    subject.commit({ cells: [cell(1)], messages: added(message(1), message(2)) });
    subject.store.close();
    const noKey = [0x08, 0x01, 0x2a, 0x00];
    rewriteHead(path, (data) => {
      const again = headRowsOf(path).map(({ data: its, key, kind }) =>
        headField([0x08, Number(kind), 0x12, key.length], key, [0x2a, its.length], its),
      );
      return joinedBytes(headField(noKey), headField([0xff]), again.at(-1) ?? [], data);
    });
    const reports: string[] = [];
    const store = createObjectStore(() => openNodeSqlite(path, "normal"));
    await store.open((error) => void reports.push(error.message));
    expect(reports).toEqual([expect.stringMatching(/has rows in its head, .* moved aside$/)]);
    expect(store.messages(0, 9)).toEqual([message(1), message(2)]);
    store.commit({ ...emptyWindow(2), messages: removed(1) });
    store.close();
    expect(rowsOf(path).filter(({ kind }) => kind === kinds.damaged)).toHaveLength(3);
    const again = createObjectStore(() => openNodeSqlite(path, "normal"));
    await again.open();
    expect(again.messages(0, 9)).toEqual([message(2)]);
    again.close();
  });
});

it("rows that a window was to drop are still seen after it has failed", async () => {
  const path = newPath();
  let isFull = false;
  const subject = await Subject.open(
    () => () =>
      objectStore(
        path,
        (driver) => ({
          wakeAt: () => {},
          transaction: (body) =>
            driver.transaction(() => {
              const result = body();
              if (isFull) throw new Error("no space");
              return result;
            }),
        }),
        noHead,
      ),
  );
  subject.commit({ messages: added(message(1)), cells: [cell(1)] });
  isFull = true;
  await thrown("store_failed", () => subject.commit({ messages: removed(1) }));
  expect(subject.store.messages(0, 9)).toEqual([message(1)]);
  isFull = false;
  subject.commit({ messages: removed(1) });
  expect(subject.store.messages(0, 9)).toEqual([]);
  subject.store.close();
});

it("no other part of the store of an object has SQL for rows than those that know where they stand", () => {
  const folder = new URL("../../src/store/object/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const withSql = files.filter((file) => {
    if (!file.endsWith(".ts")) return false;
    return /(?:FROM|INTO|UPDATE(?: OR REPLACE)?) statefun\b/.test(
      readFileSync(new URL(file, folder), "utf8"),
    );
  });
  expect(withSql.sort()).toEqual([
    "object-schema.ts",
    "rows/object-aside.ts",
    "rows/object-pieces.ts",
    "rows/object-table.ts",
    "rows/object-writes.ts",
  ]);
});
