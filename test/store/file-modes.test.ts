import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import process from "node:process";
import { afterEach, describe, expect, it } from "vitest";
import { sqliteStore } from "../../src/store/file/sqlite-store.ts";
import { cell } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();
const umask = process.umask();
afterEach(() => void process.umask(umask));

/** The modes of the files that an open store has, after a window. */
async function modesAt(path: string): Promise<Record<string, string>> {
  const subject = await Subject.open(() => () => sqliteStore(path));
  subject.commit({ cells: [cell(subject.sequence)] });
  const ends = ["", "-wal", "-shm", "-lock"].filter((end) => existsSync(path + end));
  const modes = ends.map((end) => [end, (statSync(path + end).mode & 0o777).toString(8)]);
  subject.store.close();
  return Object.fromEntries(modes);
}

const all = (mode: string) => ({ "": mode, "-wal": mode, "-shm": mode, "-lock": mode });

describe("the files of a store", () => {
  it.for(["000", "002", "022", "077"])(
    "are their owner's alone, also under the umask %s",
    async (mask) => {
      process.umask(Number.parseInt(mask, 8));
      expect(await modesAt(newPath())).toEqual(all("600"));
    },
  );

  it("are so after a restart too", async () => {
    process.umask(0o022);
    const path = newPath();
    await modesAt(path);
    expect(await modesAt(path)).toEqual(all("600"));
  });

  it.for(["644", "660"])("keep the mode of a database that exists: %s", async (mode) => {
    const path = newPath();
    writeFileSync(path, "");
    chmodSync(path, Number.parseInt(mode, 8));
    expect(await modesAt(path)).toEqual(all(mode));
  });
});
