import type { Platform } from "./platform.ts";

/**
 * Makes an empty file under any umask: one that only its owner may read, or one for the users of another file that it
 * belongs to. A file that exists is not even opened, because closing it again would drop the locks that this process
 * has on it. Where none can be made, opening the file for use says why.
 */
export function makeFile({ fs }: Platform, path: string, companionOf?: string): void {
  const like = companionOf === undefined ? undefined : quietly(() => fs.statSync(companionOf));
  const mode = like === undefined ? 0o600 : like.mode & 0o666;
  const file = quietly(() => fs.openSync(path, "wx", mode));
  if (file === undefined) return;
  quietly(() => fs.fchmodSync(file, mode));
  // As SQLite does with its own: what root has made must not shut out the user whose file it belongs to.
  if (like !== undefined) quietly(() => fs.fchownSync(file, like.uid, like.gid));
  fs.closeSync(file);
}

function quietly<T>(body: () => T): T | undefined {
  try {
    return body();
  } catch {
    return undefined;
  }
}
