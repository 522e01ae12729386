import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyModule, defineModule, type Module, type RemoteEndpoint } from "statefun";
import { createRuntime, memoryStore, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { afterEach, beforeEach } from "vitest";
import { type RawServer, type Respond, rawServer } from "./raw-server.ts";

type Options = Partial<Omit<RuntimeOptions, "modules" | "store">>;

export interface Host {
  start(modules: readonly AnyModule[], options?: Options): Promise<Runtime>;
  /** A server that ends with the test. */
  serve(respond: Respond, wire?: "v2" | "v3"): Promise<RawServer>;
  /** Runs at the end of the test. */
  later(run: () => unknown): void;
  readonly errors: unknown[];
}

/** A module with one endpoint. */
export function far(
  functions: RemoteEndpoint["functions"] | string,
  urlPathTemplate: string,
  rest: Partial<RemoteEndpoint> = {},
): AnyModule {
  const list = typeof functions === "string" ? [functions as `${string}/*`] : functions;
  return defineModule({ name: "far", endpoints: [{ functions: list, urlPathTemplate, ...rest }] });
}

/** A store for each test, and lives of a runtime on it. Waits between tries are short. */
export function hosted(isFile = false): Host {
  const errors: unknown[] = [];
  const ends: (() => unknown)[] = [];
  let store = memoryStore();
  let current: Runtime | undefined;
  beforeEach(() => {
    errors.length = 0;
    store = memoryStore();
    if (!isFile) return;
    const directory = mkdtempSync(join(tmpdir(), "statefun-remote-"));
    store = sqliteStore(join(directory, "store.db"));
    ends.push(() => rmSync(directory, { recursive: true }));
  });
  afterEach(async () => {
    await current?.close({ drainMs: 0 });
    current = undefined;
    for (const end of ends.splice(0).reverse()) await end();
  });
  return {
    errors,
    later: (run) => ends.push(run),
    async start(modules, options) {
      await current?.close();
      current = await createRuntime({
        // None of them wants anything of `env`.
        modules: modules as readonly Module[],
        store,
        retry: { maxAttempts: 3, initialDelayMs: 2, maxDelayMs: 10 },
        http: { authenticate: "none" },
        onError: (error) => void errors.push(error),
        ...options,
      });
      return current;
    },
    async serve(respond, wire) {
      const server = await rawServer(respond, wire);
      ends.push(() => server.down().catch(() => {}));
      return server;
    },
  };
}

/** Waits until something holds, looking often; fails with what was seen last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`never held, last: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function unavailable(runtime: Runtime): Promise<readonly string[]> {
  const response = await runtime.fetch(new Request("http://runtime/health"));
  return ((await response.json()) as { unavailableEndpoints: string[] }).unavailableEndpoints;
}
