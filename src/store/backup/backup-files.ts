/// <reference types="node" />

interface Stats {
  readonly dev: bigint;
  readonly ino: bigint;
  isFile(): boolean;
}

/** What a backup does with files besides copying, none of it on the thread that serves. */
export interface BackupFiles {
  /** Undefined where there is none. */
  stat(path: string): Promise<Stats | undefined>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** No error where there is none. */
  remove(path: string): Promise<void>;
  /** So that the name of a file is on the disk too. Where folders cannot be opened there is no such flush. */
  flushFolder(path: string): Promise<void>;
  /** The file itself, where the path is a link. */
  realpath(path: string): Promise<string>;
  readonly resolve: (path: string) => string;
  readonly folderOf: (path: string) => string;
}

/** Where it stands, bundlers for other platforms leave the import alone. */
function rethrow(error: unknown): never {
  throw error;
}

export async function loadBackupFiles(): Promise<BackupFiles> {
  const [fs, path] = await Promise.all([
    import("node:fs/promises").catch(rethrow),
    import("node:path").catch(rethrow),
  ]);
  return {
    stat: (file) =>
      fs.stat(file, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
    realpath: (file) => fs.realpath(file),
    link: fs.link,
    rename: fs.rename,
    unlink: fs.unlink,
    remove: (file) => fs.rm(file, { force: true }),
    async flushFolder(file) {
      const folder = await fs.open(path.dirname(file), "r").catch(() => undefined);
      if (folder === undefined) return;
      try {
        await folder.sync();
      } catch (error) {
        // A disk that fails has lost the name; other errors say that folders are not flushed here.
        if (/^(?:EIO|ENOSPC|EDQUOT|ESTALE)$/.test(String((error as NodeJS.ErrnoException).code)))
          throw error;
      } finally {
        await folder.close();
      }
    },
    resolve: (file) => path.resolve(file),
    folderOf: path.dirname,
  };
}
