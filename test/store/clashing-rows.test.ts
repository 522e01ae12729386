import { chmodSync, copyFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { createSqlStore } from "../../src/store/file/sql-store.ts";
import { openNodeSqlite } from "../../src/store/sqlite/node-sqlite-driver.ts";
import { temporaryFiles } from "./temporary.ts";
import { fixturePath } from "./write-fixtures.ts";

const newPath = temporaryFiles();

// Version 1 kept such rows apart, though no text found the second one of each two.
it.each([
  ["a BLOB that spells an id", "'demo/fn', '1001'", "'demo/fn', CAST('1001' AS BLOB)"],
  ["ids that are no UTF-8", "'demo/fn', CAST(X'41FF' AS TEXT)", "'demo/fn', CAST(X'41FE' AS TEXT)"],
  ["typenames that are no UTF-8", "CAST(X'41FF' AS TEXT), 'a'", "CAST(X'41FE' AS TEXT), 'a'"],
])(
  "a file of version 1 with %s is opened, and one of the rows is put aside",
  async (_, one, other) => {
    const path = newPath();
    copyFileSync(fixturePath("file", 1), path);
    chmodSync(path, 0o600);
    const database = new DatabaseSync(path);
    const rows = `(4601, ${one}, 'state1'), (4602, ${other}, 'state1')`;
    database.exec(
      `BEGIN; UPDATE progress SET last_cell = 5000; INSERT INTO cells VALUES ${rows}; COMMIT`,
    );
    database.close();
    const store = createSqlStore(() => openNodeSqlite(path, "normal"));
    await store.open(() => {});
    store.close();
    const after = new DatabaseSync(path);
    const damaged = after.prepare("SELECT data FROM damaged WHERE owner = 'cells'").all();
    const left = after.prepare("SELECT count(*) AS rows FROM cells WHERE cell > 4600").get();
    after.close();
    expect(damaged.length + Number(left?.["rows"])).toBe(2);
    expect(damaged.length).toBeGreaterThan(0);
  },
);
