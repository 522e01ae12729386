import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { createTestRuntime } from "statefun/testing";
import type { Keeper } from "./keeper.ts";

/** What a value is asked for on an engine that runs without a cluster. */
export interface Engine {
  send(id: string, text: string): Promise<unknown>;
  idle(): Promise<void>;
  /** By the ids of the instances whose messages were given up. */
  letters(): Promise<Map<string, { readonly code: string; readonly attempts: number }>>;
  close(): Promise<void>;
}

export interface EngineKind {
  readonly name: string;
  start(keeper: Keeper): Promise<Engine>;
}

function embedded(runtime: Runtime, keeper: Keeper, directory?: string): Engine {
  return {
    send: (id, text) => runtime.send(keeper.at(id), text),
    idle: () => runtime.idle(),
    letters: async () => {
      const list = await runtime.deadLetters.list({ limit: 1_000 });
      return new Map(
        list.map(({ address, attempts, error }) => [address.id, { code: error.code, attempts }]),
      );
    },
    close: async () => {
      await runtime.close();
      if (directory !== undefined) rmSync(directory, { recursive: true });
    },
  };
}

const onError = () => undefined;

export const engines: readonly EngineKind[] = [
  {
    name: "memory",
    start: async (keeper) => {
      const options = { modules: [keeper.functions], store: memoryStore(), onError };
      return embedded(await createRuntime(options), keeper);
    },
  },
  {
    name: "SQLite",
    start: async (keeper) => {
      const directory = mkdtempSync(join(tmpdir(), "statefun-values-"));
      const store = sqliteStore(join(directory, "store.db"));
      const options = { modules: [keeper.functions], store, onError };
      return embedded(await createRuntime(options), keeper, directory);
    },
  },
  {
    name: "the test runtime",
    start: async (keeper) => {
      const runtime = await createTestRuntime(keeper.functions, { onError });
      return {
        send: (id, text) => runtime.send(keeper.at(id), text),
        idle: () => runtime.advance(0),
        letters: async () =>
          new Map(
            (await runtime.deadLetters.list({ limit: 10_000 })).map(
              ({ address, attempts, error }) => [address.id, { code: error.code, attempts }],
            ),
          ),
        close: () => runtime.close(),
      };
    },
  },
];
