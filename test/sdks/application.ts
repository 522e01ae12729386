import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  address,
  egress,
  functionRef,
  int,
  type Module,
  StatefulFunctions,
  string,
} from "statefun";
import { loadModule } from "statefun/module";
import { createRuntime, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import type { Sdk } from "./sdks.ts";

export const records = egress("sdks/records", string);

/** The module file of an SDK's program, with its own function or with the one that all of them have. */
export function moduleOf(
  { wire, namespace }: Sdk,
  url: string,
  which: "own" | "shared" = "own",
): Promise<Module> {
  if (wire === "v2") {
    const type = which === "own" ? `${namespace}/fn` : "shared/fn";
    return loadModule(fileV2(type, url), { name: namespace });
  }
  const functions = which === "own" ? `${namespace}/*` : "shared/fn";
  return loadModule(fileV3(functions, url), { name: namespace });
}

/** What wire v2 leaves to the file: the states. */
const fileV2 = (type: string, url: string) => `
version: "2.0"
module:
  meta:
    type: remote
  spec:
    functions:
      - function:
          meta:
            kind: http
            type: ${type}
          spec:
            endpoint: ${url}
            states:
              - name: count
              - name: mortal
                expireAfter: 800ms
                expireMode: after-write
              - name: called
                expireAfter: 800ms
                expireMode: after-invoke
`;

const fileV3 = (functions: string, url: string) => `
kind: io.statefun.endpoints.v2/http
spec:
  functions: ${functions}
  urlPathTemplate: ${url}{function.name}
  transport:
    type: io.statefun.transports.v1/async
    timeouts:
      call: 10s
`;

export const shared = functionRef("shared/fn", string, { replies: string });

/** A function of ours: it asks others, and tells what it heard. `shared/fn` counts as those of the SDKs do. */
export function ours(names: readonly ("ours/fn" | "shared/fn")[] = ["ours/fn"]): StatefulFunctions {
  const functions = new StatefulFunctions("ours");
  for (const name of names) {
    const state = { count: { type: int, initial: 0 } };
    const options = { accepts: string, replies: string, state };
    functions.bind(name, options, (context, message) => {
      const [command, rest = ""] = message.split(/:(.*)/s);
      if (command === "add") context.reply(`answer:${++context.state.count}`);
      if (command === "look") context.reply(`answer:${context.state.count}`);
      if (command === "ask") {
        context.send(address(rest as `${string}/${string}`, context.self.id), string.of("add"));
      }
      if (command === "answer")
        context.emit(records, `heard ${rest} from ${context.caller?.typename}`);
    });
  }
  return functions;
}

export interface Application {
  readonly runtime: Runtime;
  /** What was emitted, each record once. */
  readonly emitted: () => string[];
  readonly errors: unknown[];
  end(): Promise<void>;
}

export async function startApplication(
  modules: readonly Module[],
  store: Store,
): Promise<Application> {
  const seen = new Map<string, string>();
  const errors: unknown[] = [];
  const runtime = await createRuntime({
    modules,
    store,
    retry: { maxAttempts: 8, initialDelayMs: 10, maxDelayMs: 100 },
    egresses: [
      records.to((list) => {
        for (const { id, value } of list) seen.set(id, value);
      }),
    ],
    onError: (error) => void errors.push(error),
  });
  return {
    runtime,
    emitted: () => [...seen.values()],
    errors,
    end: () => runtime.close({ drainMs: 100 }),
  };
}

/** A file that goes with the test. */
export function fileStore(): { readonly store: Store; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "statefun-sdks-"));
  const store = sqliteStore(join(folder, "store.db"));
  return { store, remove: () => rmSync(folder, { recursive: true }) };
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

export async function eventually<T>(
  look: () => T | Promise<T>,
  holds: (value: T) => boolean,
): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const value = await look();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`never held, last: ${JSON.stringify(value)}`);
    await pause(10);
  }
}
