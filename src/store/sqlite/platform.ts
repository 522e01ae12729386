/// <reference types="node" />

interface FileStats<N> {
  readonly dev: N;
  readonly ino: N;
  readonly size: N;
  readonly mode: N;
  readonly uid: N;
  readonly gid: N;
  readonly mtimeMs: N;
}

/** What is used of `node:fs`, so that the published declarations need no types of Node. */
export interface FileSystem {
  statSync(path: string): FileStats<number>;
  statSync(path: string, options: { bigint: true }): FileStats<bigint>;
  statSync(path: string, options: { throwIfNoEntry: false }): FileStats<number> | undefined;
  openSync(path: string, flags: string, mode?: number): number;
  closeSync(file: number): void;
  fstatSync(file: number): FileStats<number>;
  fsyncSync(file: number): void;
  fdatasyncSync(file: number): void;
  fdatasync(file: number, done: (error: Error | null) => void): void;
  fchmodSync(file: number, mode: number): void;
  fchownSync(file: number, uid: number, gid: number): void;
  readFileSync(path: string, encoding: "utf8"): string;
  readlinkSync(path: string): string;
}

/** The same of `node:timers`. */
export interface Timers {
  setInterval(run: () => void, ms: number): { unref(): unknown };
  clearInterval(timer: unknown): void;
}

/** What a store in a file needs of Node, Deno or Bun besides SQLite. */
export interface Platform {
  readonly fs: FileSystem;
  readonly timers: Timers;
  readonly hostname: () => string;
  /** The folder of a file. */
  readonly folderOf: (path: string) => string;
  readonly pid: number;
  readonly isWindows: boolean;
}

/** Loaded when a store opens: until then nothing needs more than the Web has. */
export async function loadPlatform(): Promise<Platform> {
  const [fs, timers, os, path, { default: process }] = await Promise.all([
    import("node:fs").catch(rethrow),
    import("node:timers").catch(rethrow),
    import("node:os").catch(rethrow),
    import("node:path").catch(rethrow),
    import("node:process").catch(rethrow),
  ]);
  return {
    fs,
    timers,
    hostname: () => os.hostname(),
    folderOf: path.dirname,
    pid: process.pid,
    isWindows: process.platform === "win32",
  };
}

/** Where it stands, bundlers for other platforms leave the import alone. */
function rethrow(error: unknown): never {
  throw error;
}
