import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int, type Observer, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

export const functions = new StatefulFunctions("bench");
const state = { count: { type: int, initial: 0 } };

export const counter = functions.bind("bench/counter", { accepts: int, state }, (context, by) => {
  context.state.count += by;
});

/** Passes on to the next of a chain, and counts. The last one, 0, only counts. */
export const hop = functions.bind("bench/hop", { accepts: int, state }, (context, left) => {
  context.state.count += 1;
  if (left > 0) context.send(hop.at(`${context.self.id}.${left}`.slice(-40)), left - 1);
});

/** Sends to itself for ever. */
export const flood = functions.bind("bench/flood", { accepts: int, state }, (context, value) => {
  context.state.count = value;
  context.send(flood.at(context.self.id), (value + 1) % 1_000_000);
});

export interface Bench {
  readonly runtime: Runtime;
  /** Commits since it was made. */
  readonly commits: () => number;
  readonly end: () => Promise<void>;
}

export type Kind = "memory" | "full" | "normal";

/** A runtime on a store of its own, whose commits are counted. */
export async function start(kind: Kind, observer?: Observer): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
  const store =
    kind === "memory" ? memoryStore() : sqliteStore(join(folder, "app.db"), { durability: kind });
  let commits = 0;
  const runtime = await createRuntime({
    modules: [functions],
    store: counting(store, () => {
      commits += 1;
    }),
    limits: { maxMailbox: 1_000_000 },
    // Older builds do not know the option.
    ...(observer !== undefined && { observer }),
  });
  return {
    runtime,
    commits: () => commits,
    async end() {
      await runtime.close({ drainMs: 0 });
      rmSync(folder, { recursive: true });
    },
  };
}

/** A handle is opaque to users; a benchmark may look behind it. */
function counting(store: Store, counted: () => void): Store {
  const open = store["~store"] as () => { commit(window: unknown): void };
  return {
    "~store": () => {
      const inner = open();
      const commit = inner.commit.bind(inner);
      inner.commit = (window) => {
        counted();
        commit(window);
      };
      return inner;
    },
  };
}

/** Keeps `inFlight` sends under way until there were `count` of them; the milliseconds that took. */
export async function drive(
  send: (index: number) => Promise<unknown>,
  count: number,
  inFlight: number,
): Promise<number> {
  let next = 0;
  const started = performance.now();
  const client = async (): Promise<void> => {
    while (next < count) await send(next++);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, client));
  return performance.now() - started;
}

/** Scattered over so many ids, and the same ones in every run. */
export function idOf(index: number, ids: number): string {
  return `id-${(Math.imul(index, 0x9e3779b1) >>> 0) % ids}`;
}
