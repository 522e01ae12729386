/// <reference types="node" />

/** What a store in a file needs of Node, Deno or Bun besides SQLite. */
export interface Platform {
  readonly fs: typeof import("node:fs");
  readonly timers: typeof import("node:timers");
  readonly hostname: () => string;
  readonly pid: number;
  readonly isWindows: boolean;
}

/** Loaded when a store opens: until then nothing needs more than the Web has. */
export async function loadPlatform(): Promise<Platform> {
  const [fs, timers, os, { default: process }] = await Promise.all([
    import("node:fs").catch(rethrow),
    import("node:timers").catch(rethrow),
    import("node:os").catch(rethrow),
    import("node:process").catch(rethrow),
  ]);
  return {
    fs,
    timers,
    hostname: () => os.hostname(),
    pid: process.pid,
    isWindows: process.platform === "win32",
  };
}

/** Where it stands, bundlers for other platforms leave the import alone. */
function rethrow(error: unknown): never {
  throw error;
}
