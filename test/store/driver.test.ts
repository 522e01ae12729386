import { describe, expect, it } from "vitest";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { allChanges, changesOf } from "./row-changes.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

describe("the driver of SQLite", () => {
  it("has no transaction open after any throw, nor keeps what came before it", async () => {
    const driver = await openNodeSqlite(newPath(), "full");
    driver.exec("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    const insert = (n: number) => driver.exec("INSERT INTO t VALUES (?)", n);
    expect(() =>
      driver.transaction(() => {
        insert(1);
        insert(1);
      }),
    ).toThrow(/UNIQUE/);
    expect(() =>
      driver.transaction(() => {
        insert(1);
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(() => driver.transaction(() => driver.exec("no SQL"))).toThrow(/syntax/);
    expect(driver.transaction(() => insert(2))).toEqual([]);
    expect(driver.exec("SELECT n FROM t").map(({ n }) => n)).toEqual([2]);
    driver.close();
    driver.close();
  });

  it("says whether a change has touched a row, whatever ran before it", async () => {
    const driver = await openNodeSqlite(newPath(), "normal");
    expect(changesOf(driver)).toEqual(allChanges);
    driver.close();
  });
});
