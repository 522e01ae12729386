import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { changedStore, hearing } from "./changed-driver.ts";
import { accepted, added, cell, dead, message, record, timer, value } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

describe("values that are too long for their rows", () => {
  it("leave nothing behind when their rows go, are written over or expire", async () => {
    const path = newPath();
    const subject = await Subject.open(
      () => () => changedStore(path, () => ({ maxValueBytes: 10 })),
    );
    const argument = value("longer than ten bytes");
    const long = { value: argument };
    const expiresAt = 100;
    const reply = { kind: "reply", ...long } as const;
    subject.commit({
      cells: [cell(1, long), cell(2, long), cell(3, { ...long, expiresAt }), cell(4, long)],
      messages: added(message(1, { argument })),
      timers: added(timer(1, { argument })),
      egress: added(record(1, { argument }), record(2, { argument, expiresAt })),
      dead: added(dead(1, { argument })),
      accepted: [
        accepted("key", 1, { outcome: reply }),
        accepted("other", 2, { outcome: reply, expiresAt }),
      ],
    });
    const parts = () => {
      const database = new DatabaseSync(path);
      const rows = database.prepare("SELECT owner, number FROM parts GROUP BY 1, 2").all();
      database.close();
      return rows.map(({ owner, number }) => `${owner} ${number}`);
    };
    await subject.reopen();
    subject.commit({
      time: 100_000,
      cells: [cell(1, { value: undefined }), cell(2, { value: value("short") })],
      messages: { added: [], removed: [1] },
      timers: { added: [], removed: [1] },
      egress: { added: [record(3, { argument, expiresAt: 1e9 })], removed: [1] },
      dead: { added: [], removed: [1] },
      accepted: [accepted("key", 9)],
    });
    subject.store.close();
    expect(parts()).toEqual(["cells 4", "kept 3"]);
    await subject.reopen();
    subject.commit({ keep: [{ egress: "demo/out", maxRecords: 0 }] });
    subject.store.close();
    expect(parts()).toEqual(["cells 4"]);
  });

  it("cost no statement where there are none", async () => {
    const path = newPath();
    const statements: string[] = [];
    const subject = await Subject.open(
      () => () =>
        changedStore(path, (driver) => hearing(driver, (sql) => void statements.push(sql))),
    );
    subject.commit({ cells: [cell(1)] });
    statements.length = 0;
    // The progress, and one a change: removals of messages that are not split look nowhere else.
    subject.commit({ cells: [cell(1)], messages: { added: [message(1)], removed: [5] } });
    expect(statements).toHaveLength(4);
    subject.store.close();
  });
});
