/// <reference types="node" />

import { invalid } from "../../internal/assert.ts";
import { peek, show } from "../../internal/show.ts";
import type { BackupFiles } from "./backup-files.ts";

/**
 * What SQLite keeps beside a database. It would take the log of another database of this name for that of the backup, and
 * destroy the backup by it.
 */
export const companions: readonly string[] = ["-wal", "-journal", "-shm"];

/** Throws `invalid_argument` if a backup must not get this name. */
export async function assertTarget(
  { stat }: BackupFiles,
  source: string,
  path: string,
  overwrite: boolean,
): Promise<void> {
  const [original, found] = await Promise.all([stat(source), stat(path)]);
  if (found !== undefined) {
    if (found.dev === original?.dev && found.ino === original.ino) {
      throw invalid(`the path of a backup must not be the store itself, got ${show(path)}`);
    }
    if (!found.isFile()) {
      throw invalid(`the path of a backup must name a file, got ${show(path)}, which is not one`);
    }
    if (!overwrite) throw taken(path);
  }
  for (const end of companions) {
    if ((await stat(path + end)) === undefined) continue;
    const advice = "choose another path, or delete that file if no program uses it";
    throw invalid(
      `the path of a backup must not have files of another database beside it, but ${show(path + end)} exists: ${advice}`,
    );
  }
}

function taken(path: string): Error {
  return invalid(
    `the path of a backup must be free, but ${show(path)} exists: choose another one, or set overwrite (--overwrite on the command line)`,
  );
}

/**
 * Gives a whole and flushed file its name, and flushes the folder. A link is made only where nothing has the name; where
 * the file system has no links, nothing is renamed onto what is there a moment before.
 */
export async function publish(
  files: BackupFiles,
  temporary: string,
  path: string,
  overwrite: boolean,
): Promise<void> {
  if (overwrite || !(await linked(files, temporary, path))) await files.rename(temporary, path);
  await files.flushFolder(path);
}

async function linked(files: BackupFiles, temporary: string, path: string): Promise<boolean> {
  try {
    await files.link(temporary, path);
  } catch (error) {
    if (peek(error, "code") === "EEXIST") throw taken(path);
    if ((await files.stat(path)) !== undefined) throw taken(path);
    return false;
  }
  await files.unlink(temporary);
  return true;
}
