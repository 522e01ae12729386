import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnyModule, type Module, StatefulFunctions, string } from "statefun";
import { afterEach, beforeEach } from "vitest";
import type { Action, ActionResult } from "../../../src/engine/contract/actions.ts";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { digestOf } from "../../../src/engine/ingress/payload-digest.ts";
import { wholeApplication } from "../../../src/host/application.ts";
import { inspect } from "../../../src/host/inspect.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { type EngineHostParts, startEngine } from "../../../src/host/start-engine.ts";
import { StateFunError } from "../../../src/internal/errors.ts";
import type { RuntimeOptions } from "../../../src/runtime.ts";
import { sqliteStore } from "../../../src/store/file/sqlite-store.ts";
import { memoryStore } from "../../../src/store/memory/memory-store.ts";
import { engineStoreOf, type Store } from "../../../src/store/store-handle.ts";
import { objectStore } from "../../store/changed-driver.ts";

/** The stores that every promise of an action is kept on. */
export const actionStores = ["memory", "sqlite", "object"] as const;

type Options = Pick<RuntimeOptions, "retry" | "egresses" | "observer"> & {
  readonly modules?: readonly AnyModule[];
};

export interface Acting {
  /** Starts an engine on the store of this test. One that runs is closed in good order before. */
  start(
    functions: StatefulFunctions,
    options?: Options,
    parts?: Partial<EngineHostParts>,
  ): Promise<Engine>;
  /** Ends the engine that runs as a crash would. */
  crash(): Promise<void>;
  readonly path: string;
  readonly errors: unknown[];
}

/** A store for each test, and the lives of an engine on it. */
export function acting(kind: (typeof actionStores)[number]): Acting {
  const errors: unknown[] = [];
  let directory = "";
  let handle: Store;
  let engine: Engine | undefined;
  let kill: (error: StateFunError) => void = () => {};
  const path = (): string => join(directory, "store.db");
  beforeEach(() => {
    errors.length = 0;
    directory = mkdtempSync(join(tmpdir(), "statefun-actions-"));
    if (kind === "memory") handle = memoryStore();
    else handle = kind === "sqlite" ? sqliteStore(path()) : objectStore(path());
  });
  afterEach(async () => {
    await engine?.close(0).catch(() => {});
    engine = undefined;
    rmSync(directory, { recursive: true });
  });
  return {
    errors,
    get path() {
      return path();
    },
    async start(functions, { modules = [], ...options } = {}, parts = {}) {
      await engine?.close(1_000).catch(() => {});
      const resolved = resolveRuntimeOptions({
        // None of them wants anything of `env`.
        modules: [functions, ...(modules as readonly Module[])],
        retry: { maxAttempts: 3, initialDelayMs: 2, maxDelayMs: 10 },
        onError: (error) => void errors.push(error),
        ...options,
      });
      engine = await startEngine(await wholeApplication(resolved), resolved, {
        clock: platformClock,
        random: Math.random,
        randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
        defer: (run) => void setImmediate(run),
        tokenScope: "address",
        kafkaHeaders: "send",
        onOpen: (end) => {
          kill = end;
        },
        ...parts,
        store: engineStoreOf(handle),
      });
      return engine;
    },
    async crash() {
      kill(new StateFunError("store_failed", "the process has died"));
      await engine?.close(0).catch(() => {});
      engine = undefined;
    },
  };
}

/** A function that keeps the last text it was sent. */
export function noting(): StatefulFunctions {
  const functions = new StatefulFunctions();
  const state = { note: string };
  functions.bind("test/note", { accepts: string, state }, (context, text) => {
    context.state.note = text;
  });
  return functions;
}

let keys = 0;

/** Orders an action with a key of its own, unless one is given. */
export function order(
  engine: Engine,
  action: Action,
  key: string = `key ${++keys}`,
): Promise<ActionResult> {
  return engine.act({ action, key, who: "operator", why: "because" });
}

/** A text for an instance: resolves with its number once it is stored. */
export async function sendText(
  engine: Engine,
  target: { readonly typename: string; readonly id: string },
  text: string,
  delayMs = 0,
): Promise<number> {
  const argument = { typename: string.typename, bytes: string.encode(text), headers: [] };
  const { number } = await engine.send({ target, argument, idempotencyKey: undefined, delayMs });
  return number;
}

/** The text in a state, and what an operator names it by. */
export function stateOf(
  engine: Engine,
  target: { readonly typename: string; readonly id: string },
  name: string,
): { readonly text: string | undefined; readonly digest: string } {
  const value = inspect(engine, target)?.state.get(name);
  const text = value?.bytes && string.decode(value.bytes);
  return { text, digest: value === undefined ? "" : digestOf(value) };
}

export const textValue = (text: string) => ({
  typename: string.typename,
  bytes: string.encode(text),
  headers: [],
});

/** What was written of actions, oldest first. */
export function activity(engine: Engine): Record<string, unknown>[] {
  const rows = engine.kept("statefun/activity", 0, 1_000);
  return rows.map(({ argument }) => JSON.parse(new TextDecoder().decode(argument.bytes)));
}

/** Until a condition holds. */
export async function eventually(condition: () => boolean, ms = 60_000): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not within ${ms} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/**
 * Until a condition holds, within half a second of a machine that has time: looks are counted, which come later where
 * everything does.
 */
export async function soon(condition: () => boolean): Promise<void> {
  for (let looks = 0; !condition(); looks++) {
    if (looks === 100) throw new Error(`not within ${looks} looks: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
