import { finalFailure } from "../store-errors.ts";
import type { Platform } from "./platform.ts";

interface Found {
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
  readonly writtenAt: number;
}

/** Unknown without the permission to look: then nothing is said of the file. */
type Look = Found | "missing" | "unknown";

/**
 * The files of an open database, as they were when it was opened: the database, its log and the index of the log.
 * SQLite continues with files that were deleted or moved, as every program does, but what it then writes is lost.
 */
export class StoreFiles {
  readonly #platform: Platform;
  readonly #name: string;
  readonly #known: readonly (readonly [path: string, at: Look])[];
  /** The database and its log after the last thing that this process did to them. */
  #database: Look = "unknown";
  #logBytes = 0;

  constructor(platform: Platform, name: string, file: string) {
    this.#platform = platform;
    this.#name = name;
    const paths = [file, `${file}-wal`, `${file}-shm`];
    this.#known = paths.map((path) => [path, look(platform, path)]);
    this.written();
  }

  /** This process has copied its log into the database. Nothing else of it writes there, or shortens the log. */
  written(): void {
    const [database, log] = this.#known.map(([path]) => look(this.#platform, path));
    this.#database = database ?? "unknown";
    this.#logBytes = typeof log === "object" ? log.bytes : 0;
  }

  /**
   * The first commit of this process. A log of which a power failure has left no beginning starts over with it, and SQLite
   * cuts off what is too long.
   */
  begun(): void {
    this.#logBytes = 0;
  }

  /**
   * Opens the log itself, to flush it. Undefined where that is not possible. No lock is on it, unlike the database,
   * which is never opened.
   */
  openLog(): number | undefined {
    const [path, known] = this.#known[1] ?? ["", "unknown"];
    const { fs, isWindows } = this.#platform;
    // Looks say nothing there of which file it is.
    if (isWindows || typeof known !== "object") return undefined;
    try {
      const file = fs.openSync(path, "r+");
      const { ino, dev } = fs.fstatSync(file);
      if (ino === known.inode && dev === known.device) return file;
      fs.closeSync(file);
    } catch {
      // Not permitted here.
    }
    return undefined;
  }

  /** So that a log which is on the disk is found there. Where folders cannot be opened, SQLite does not do it either. */
  flushFolder(): void {
    const { fs, folderOf } = this.#platform;
    try {
      const folder = fs.openSync(folderOf(this.#known[1]?.[0] ?? ""), "r");
      try {
        fs.fsyncSync(folder);
      } finally {
        fs.closeSync(folder);
      }
    } catch {
      // Not possible here.
    }
  }

  /** Throws when one of them is not where it was. Gives the size of the log, where that can be known. */
  assertSame(): number | undefined {
    const [database, log] = this.#known.map((_, index) => this.#assertSame(index));
    if (this.#isWritten(database)) throw this.#changed(0, "was written by something else");
    if (typeof log !== "object") return undefined;
    if (log.bytes < this.#logBytes) throw this.#changed(1, "was cut off");
    this.#logBytes = log.bytes;
    return log.bytes;
  }

  #assertSame(index: number): Look {
    const [path, before] = this.#known[index] ?? ["", "unknown"];
    const now = look(this.#platform, path);
    if (typeof before !== "object" || now === "unknown") return now;
    if (now === "missing") throw this.#changed(index, "is gone");
    if (now.inode !== before.inode || now.device !== before.device) {
      throw this.#changed(index, "is another file now");
    }
    return now;
  }

  /** The time of a write is no sign on Windows, which notes it when a file is closed. */
  #isWritten(now: Look | undefined): boolean {
    const before = this.#database;
    if (typeof before !== "object" || typeof now !== "object") return false;
    if (now.bytes !== before.bytes) return true;
    return !this.#platform.isWindows && now.writtenAt !== before.writtenAt;
  }

  #changed(index: number, what: string): Error {
    const reason =
      `${this.#known[index]?.[0]} ${what}: a file of the store was deleted, moved, replaced or overwritten while the store was open. ` +
      "Stop this process, put the files back, and restart it";
    return finalFailure(this.#name, reason);
  }
}

/** How a database and its log lie there before anything has opened them. */
export function filesBefore(
  platform: Platform,
  file: string,
): { isEmpty: boolean; hasLog: boolean } {
  const [database, log] = [look(platform, file), look(platform, `${file}-wal`)];
  return {
    isEmpty: database === "missing" || (typeof database === "object" && database.bytes === 0),
    hasLog: log === "unknown" || (typeof log === "object" && log.bytes > 0),
  };
}

function look({ fs }: Platform, path: string): Look {
  try {
    const stats = fs.statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return "missing";
    const { dev: device, ino: inode, size: bytes, mtimeMs: writtenAt } = stats;
    return { device, inode, bytes, writtenAt };
  } catch {
    return "unknown";
  }
}
