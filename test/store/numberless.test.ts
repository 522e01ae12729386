import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import * as kinds from "../../src/store/object/object-kinds.ts";
import { engineStoreOf, type Store as StoreHandle } from "../../src/store/store-handle.ts";
import { changedStore, objectStore, noHead } from "./changed-driver.ts";
import { added, emptyWindow, message, timer } from "./records.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

/** Beyond what JavaScript has numbers for, by one, and by as much as SQLite can. */
const outOfRange = ["-9007199254740992", "9223372036854775807"];

interface Place {
  readonly open: (path: string) => StoreHandle;
  /** Changes the first timer, which has no token: with one it has another row in an object. */
  readonly change: string;
  /** Counts the rows that are put aside. */
  readonly aside: string;
}

const places = {
  object: {
    open: (path) => objectStore(path, () => ({}), noHead),
    change: `UPDATE statefun SET COLUMN = NUMBER
      WHERE key = (SELECT min(key) FROM statefun WHERE kind = ${kinds.timer})`,
    aside: `SELECT count(*) AS count FROM statefun WHERE kind = ${kinds.damaged}`,
  },
  SQLite: {
    open: (path) => changedStore(path, () => ({})),
    change: "UPDATE timers SET COLUMN = NUMBER WHERE number = 1",
    aside: "SELECT count(*) AS count FROM damaged",
  },
} satisfies Record<string, Place>;

/** A store with two timers and a message, after this change, with what it reports. */
async function changedBy({ open, change }: Place, column: string, number: string) {
  const path = newPath();
  const written = engineStoreOf(open(path));
  await written.open();
  const timers = added(timer(1), timer(2));
  written.commit({ ...emptyWindow(1), timers, messages: added(message(3)) });
  written.close();
  const database = new DatabaseSync(path);
  database.exec(change.replace("COLUMN", column).replace("NUMBER", number));
  database.close();
  const reports: string[] = [];
  const store = engineStoreOf(open(path));
  await store.open((error) => void reports.push(error.message));
  return { path, store, reports };
}

function countOf(path: string, sql: string): number {
  const database = new DatabaseSync(path);
  const row = database.prepare(sql).get();
  database.close();
  return Number(row?.["count"]);
}

describe.each([
  ["object", ["at", "number", "key", "data", "parts"]],
  ["SQLite", ["number", "due_at", "value", "headers", "split"]],
] as const)(
  "in the %s store, a row with an integer that JavaScript has no number for",
  (kind, columns) => {
    const cases = columns.flatMap((column) =>
      outOfRange.map((number) => [column, number] as const),
    );

    it.each(cases)("is put aside, and the rest is read: %s %s", async (column, number) => {
      const place = places[kind];
      const { path, store, reports } = await changedBy(place, column, number);
      expect(store.dueTimers(1e9, 9).map((one) => one.number)).toEqual([2]);
      expect(store.messages(0, 9)).toEqual([message(3)]);
      store.commit({ ...emptyWindow(2), messages: added(message(4)) });
      expect(store.messages(0, 9)).toEqual([message(3), message(4)]);
      store.close();
      // One whose time is far off is not read.
      const isFar = (column === "at" || column === "due_at") && !number.startsWith("-");
      expect(reports).toHaveLength(isFar ? 0 : 1);
      if (!isFar) expect(countOf(path, place.aside)).toBe(1);
    });
  },
);
