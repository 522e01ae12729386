import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { bytes, egress, int, keep, StatefulFunctions } from "statefun";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { onTestFinished } from "vitest";

export const blob: ReturnType<typeof bytes> = bytes("test/blob");
export const out = egress("test/out", int);

/** Counts what it is sent, holds bytes, and sets a timer. */
export function program() {
  const functions = new StatefulFunctions();
  const state = { count: { type: int, initial: 0 } };
  const counter = functions.bind("test/counter", { accepts: int, state }, (context, add) => {
    context.state.count += add;
    context.emit(out, context.state.count);
    if (add === 7) context.sendAfter(3_600_000, counter.at(context.self.id), 1);
  });
  const holder = functions.bind(
    "test/holder",
    { accepts: blob, state: { held: blob } },
    (context, value) => {
      context.state.held = value;
    },
  );
  return { functions, counter, holder };
}

export type Program = ReturnType<typeof program>;

/** It is closed after the test. */
export async function started(path: string, given: Program = program()) {
  const runtime = await createRuntime({
    modules: [given.functions],
    store: sqliteStore(path),
    egresses: [keep(out)],
    onError: () => {},
  });
  onTestFinished(() => runtime.close({ drainMs: 0 }).catch(() => {}));
  return { runtime, ...given };
}

/** Fills a store with about so many megabytes. */
export async function fill(runtime: Runtime, { holder }: Program, megabytes: number) {
  const value = new Uint8Array(100_000);
  for (let n = 0; n < megabytes; n += 1) {
    const sent = Array.from({ length: 10 }, (_, i) => runtime.send(holder.at(`${n}/${i}`), value));
    await Promise.all(sent);
  }
}

/** What lies in the folder of a file. */
export const filesBeside = (path: string): string[] => readdirSync(dirname(path)).sort();
