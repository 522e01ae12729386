import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Objects } from "./objects.ts";

/** A database of SQLite, with its log and the index of that. */
const ends = ["", "-wal", "-shm"];

/** The files in which workerd keeps what objects store: one database an object, named by its id. */
export interface StorageFiles {
  /** A copy of the files of an object as they are, kept until `remove`. */
  snapshot(id: string): string;
  /** Puts such a copy in the place of what the object of this id has stored. Nothing may be running. */
  restore(snapshot: string, id: string): void;
  remove(): void;
}

export function storageFiles(objects: () => Objects): StorageFiles {
  const kept = mkdtempSync(join(tmpdir(), "statefun-snapshots-"));
  let snapshots = 0;
  /** Objects of one namespace are in one folder, there or not. */
  const pathOf = (id: string): string => {
    const folder = join(objects().folder, "storage");
    const found = readdirSync(folder, { recursive: true }).map(String);
    const any = found.find((path) => /[0-9a-f]{64}\.sqlite$/.test(path));
    if (any === undefined) throw new Error(`no object has stored anything in ${folder}`);
    return join(folder, dirname(any), `${id}.sqlite`);
  };
  const copy = (from: string, to: string) => {
    mkdirSync(dirname(to), { recursive: true });
    for (const end of ends) {
      rmSync(to + end, { force: true });
      if (existsSync(from + end)) copyFileSync(from + end, to + end);
    }
  };
  return {
    snapshot(id) {
      const from = pathOf(id);
      if (!existsSync(from)) throw new Error(`object ${id} has stored nothing`);
      const to = join(kept, `${snapshots++}.sqlite`);
      copy(from, to);
      return to;
    },
    restore: (snapshot, id) => copy(snapshot, pathOf(id)),
    remove: () => rmSync(kept, { recursive: true, force: true }),
  };
}
