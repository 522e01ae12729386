import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { added, cell, message, record, value } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
const limit = 16 * 1_024 * 1_024;

const open = (path: string, durability: "full" | "normal" = "normal") =>
  Subject.open(() => () => sqliteStore(path, { durability }));
const logBytes = (path: string): number => statSync(`${path}-wal`).size;
const large = (bytes: number, byte = 7) => value(new Uint8Array(bytes).fill(byte));

/** Windows that leave a large log. */
const windows = {
  "a state of 100 MB": { cells: [cell(1, { value: large(100_000_000) })] },
  "a thousand messages of 100 kB": {
    messages: added(
      ...Array.from({ length: 1_000 }, (_, n) => message(n + 1, { argument: large(100_000) })),
    ),
  },
  "records of 20 MB": {
    egress: added(...[1, 2, 3].map((n) => record(n, { argument: large(20_000_000) }))),
  },
};

describe("the log of a store", () => {
  it.for(Object.keys(windows))("is as small as ever after %s", async (what) => {
    const path = newPath();
    const subject = await open(path);
    subject.commit(windows[what as keyof typeof windows]);
    for (let n = 0; n < 3 && logBytes(path) > limit; n += 1) {
      await setTimeout(15);
      subject.commit();
    }
    expect(logBytes(path)).toBeLessThanOrEqual(limit + 100_000);
    subject.store.close();
  });

  it("may have lost its beginning in a power failure, and be long", async () => {
    const [path, other] = [newPath(), newPath()];
    const subject = await open(path);
    subject.commit({ messages: added(message(1)) });
    const [database, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
    subject.store.close();
    // The header of the log is there, the first frame is not what its checksum says, and more of the file was used before.
    log[40] = (log[40] ?? 0) ^ 1;
    writeFileSync(other, database, { mode: 0o600 });
    writeFileSync(`${other}-wal`, Buffer.concat([log, Buffer.alloc(limit + 4_000_000)]));
    const after = await open(other);
    after.commit({ messages: added(message(2)) });
    expect(logBytes(other)).toBeLessThanOrEqual(limit + 100_000);
    after.store.close();
  });

  it.for(["full", "normal"] as const)("stays at its size over many windows: %s", async (how) => {
    const path = newPath();
    const subject = await open(path, how);
    let most = 0;
    for (let n = 1; n <= 400; n += 1) {
      subject.commit({ cells: [cell(n % 50, { value: large(150_000, n) })] });
      most = Math.max(most, logBytes(path));
    }
    // How far it goes before it is begun anew depends on how fast the machine is.
    expect(most).toBeGreaterThan(limit / 2);
    expect(most).toBeLessThan(2 * limit);
    subject.store.close();
    expect(readdirSync(dirname(path)).filter((file) => /-(?:wal|shm|journal)$/.test(file))).toEqual(
      [],
    );
  });

  it("grows while another program reads an old state, and is cut off afterwards", async () => {
    const path = newPath();
    const subject = await open(path);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec("BEGIN");
    reader.prepare("SELECT * FROM progress").all();
    for (let n = 1; n <= 30; n += 1) {
      subject.commit({ cells: [cell(n, { value: large(2_000_000) })] });
    }
    expect(logBytes(path)).toBeGreaterThan(3 * limit);
    reader.close();
    for (let n = 1; n <= 20; n += 1) {
      await setTimeout(12);
      subject.commit({ cells: [cell(n, { value: large(2_000_000, 8) })] });
    }
    expect(logBytes(path)).toBeLessThan(2 * limit);
    subject.store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect((await open(path)).opened).toMatchObject({ sequence: 50 });
  });
});
