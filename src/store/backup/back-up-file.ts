import { assertNonEmpty, invalid } from "../../internal/assert.ts";
import { reasonOf, show } from "../../internal/show.ts";
import { backUp } from "./back-up.ts";
import type { Backup, BackupOptions } from "./backup.ts";
import { loadBackupFiles } from "./backup-files.ts";

/**
 * As `backUp`, for a store that another process may have open, or none. This process only reads it by SQLite, which is
 * what the owner of a store allows. Nothing is asked of the owner.
 */
export async function backUpFile(
  path: string,
  target: string,
  options?: BackupOptions,
): Promise<Backup> {
  assertNonEmpty(path, "the path of a store");
  const files = await loadBackupFiles();
  // Its log is beside the file itself, not beside a link to it.
  const file = await files.realpath(path).catch((error: unknown) => {
    throw invalid(`the store ${show(path)} cannot be found: ${reasonOf(error)}`);
  });
  return backUp({ file }, target, options);
}
