import type { Store as EngineStore } from "../engine/contract/store.ts";

export interface BackupOptions {
  /**
   * Whether an existing file of this path may be replaced, at once and as a whole. The old one is not kept.
   * @default false: a backup should not be lost by a name that was used before
   */
  readonly overwrite?: boolean;
  /** Called about ten times a second with how much has been copied. What it throws ends the backup. @default no calls */
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

/** What is copied. */
export interface BackupSource {
  /** The full path of the database. */
  readonly file: string;
  /** Throws if the database is not where it was. @default nothing is known of it */
  readonly assertSame?: () => void;
}

/** A store whose data may be in a file. */
export interface FileStore extends EngineStore {
  /** Throws `store_failed` while it is not open. Undefined where there is no file. */
  backupSource(): BackupSource | undefined;
}

export function isFileStore(store: EngineStore): store is FileStore {
  return "backupSource" in store;
}
