import type { Platform } from "./platform.ts";
import { finalFailure } from "./store-errors.ts";

interface Found {
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
}

/** Unknown without the permission to look: then nothing is said of the file. */
type Look = Found | "missing" | "unknown";

/**
 * The files of an open database, as they were when it was opened: its own, its log and the index of the log. SQLite goes
 * on with files that were deleted or moved, as every program does, and nobody finds what it writes then.
 */
export class StoreFiles {
  readonly #platform: Platform;
  readonly #name: string;
  readonly #known: readonly (readonly [path: string, at: Look])[];

  constructor(platform: Platform, name: string, file: string) {
    this.#platform = platform;
    this.#name = name;
    const paths = [file, `${file}-wal`, `${file}-shm`];
    this.#known = paths.map((path) => [path, look(platform, path)]);
  }

  /** Throws when one of them is not where it was. Gives the size of the log, where that can be known. */
  assertSame(): number | undefined {
    const [, log] = this.#known.map((_, index) => this.#assertSame(index));
    return typeof log === "object" ? log.bytes : undefined;
  }

  #assertSame(index: number): Look {
    const [path = "", before = "unknown"] = this.#known[index] ?? [];
    const now = look(this.#platform, path);
    if (typeof before !== "object" || now === "unknown") return now;
    if (now === "missing") throw this.#changed(path, "is gone");
    if (now.inode !== before.inode || now.device !== before.device) {
      throw this.#changed(path, "is another file now");
    }
    return now;
  }

  #changed(path: string, what: string): Error {
    const reason =
      `${path} ${what}: a file of the store was deleted, moved or replaced while the store was open. ` +
      "End this process, put the files back, and start it again";
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
    return { device: stats.dev, inode: stats.ino, bytes: stats.size };
  } catch {
    return "unknown";
  }
}
