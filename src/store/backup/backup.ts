import type { Store as EngineStore } from "../../engine/contract/store.ts";

export interface BackupOptions {
  /**
   * Whether an existing file of this path may be replaced, at once and as a whole. The old one is not kept.
   * @default false: a backup should not be lost by a name that was used before
   */
  readonly overwrite?: boolean;
  /** Is told about ten times a second how much has been copied. What it throws ends the backup. @default nothing is told */
  readonly onProgress?: (progress: BackupProgress) => void;
  /** Ends the backup: it rejects with the signal's reason, and leaves nothing behind. @default it runs to its end */
  readonly signal?: AbortSignal;
}

/** How far a backup is, in bytes of the database. */
export interface BackupProgress {
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

/** A backup that is on the disk. */
export interface Backup {
  /** Of the file. */
  readonly bytes: number;
  /** The engine's time of the last window that is in it, in milliseconds since 1970: the store as it was then. */
  readonly time: number;
}

/** A store whose data is in a file. */
export interface BackedUpStore extends EngineStore {
  /**
   * Copies all that is committed, as it is at one moment, into a file that opens as a store of its own. Resolves when the
   * copy is on the disk under its name; until then nothing has that name. Windows may be committed meanwhile. It must end
   * before `close`.
   */
  backup(path: string, options?: BackupOptions): Promise<Backup>;
}

export function isBackedUp(store: EngineStore): store is BackedUpStore {
  return "backup" in store;
}
