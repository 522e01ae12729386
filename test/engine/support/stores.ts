import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StatefulFunctions } from "statefun";
import { createRuntime, memoryStore, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach } from "vitest";

/** The stores that every promise of the engine is kept on. */
export const stores: readonly { readonly name: string; readonly isFile: boolean }[] = [
  { name: "memoryStore", isFile: false },
  { name: "sqliteStore", isFile: true },
];

type Options = Omit<RuntimeOptions, "modules" | "store">;

export interface Host {
  /** Starts a runtime on the store of this test, after the one before it was closed in good order. */
  start(
    functions: StatefulFunctions | readonly StatefulFunctions[],
    options?: Options,
  ): Promise<Runtime>;
  /** What was told to `onError`, of all lives. */
  readonly errors: unknown[];
}

/** A store for each test, and the lives of a runtime on it. Waits between tries are short. */
export function hosted({ isFile }: { readonly isFile: boolean }): Host {
  const errors: unknown[] = [];
  let store = memoryStore();
  let directory: string | undefined;
  let current: Runtime | undefined;
  beforeEach(() => {
    errors.length = 0;
    directory = isFile ? mkdtempSync(join(tmpdir(), "statefun-engine-")) : undefined;
    store = directory === undefined ? memoryStore() : sqliteStore(join(directory, "store.db"));
  });
  afterEach(async () => {
    await current?.close({ drainMs: 0 });
    current = undefined;
    if (directory !== undefined) rmSync(directory, { recursive: true });
  });
  return {
    errors,
    async start(functions, options) {
      await current?.close();
      current = await createRuntime({
        modules: [functions].flat(),
        store,
        retry: { maxAttempts: 3, initialDelayMs: 2, maxDelayMs: 10 },
        http: { authenticate: "none" },
        onError: (error) => void errors.push(error),
        ...options,
      });
      return current;
    },
  };
}
