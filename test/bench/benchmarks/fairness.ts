import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int, StatefulFunctions } from "statefun";
import { createRuntime, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { aim, heading, table, time } from "../report.ts";

const hanging = 10_000;
const calls = 2_000;

const functions = new StatefulFunctions();
const hangs = functions.bind("bench/hangs", { accepts: int }, () => new Promise<void>(() => {}));
const counts = functions.bind(
  "bench/counts",
  { accepts: int, replies: int, state: { total: { type: int, initial: 0 } } },
  async (context, value) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    context.state.total += value;
    context.reply(context.state.total);
  },
);
const fans = functions.bind("bench/fans", { accepts: int }, (context, size) => {
  for (let id = 0; id < size; id++) context.send(hangs.at(`${id}`), 1);
});

/** Calls one after another: how long half of them take, 99 of 100, and the longest. */
async function callTimes(kind: "memory" | "full", size: number): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-fairness-"));
  const store = kind === "memory" ? memoryStore() : sqliteStore(join(folder, "app.db"));
  const runtime = await createRuntime({ modules: [functions], store, onError: () => {} });
  for (let index = 0; index < 200; index++) await runtime.call(counts.at(`${index % 10}`), 1);
  await runtime.send(fans.at("one"), size);
  const times: number[] = [];
  for (let index = 0; index < calls; index++) {
    const start = performance.now();
    await runtime.call(counts.at(`${index % 10}`), 1);
    times.push(performance.now() - start);
  }
  await runtime.close({ drainMs: 0 });
  rmSync(folder, { recursive: true });
  times.sort((a, b) => a - b);
  return [0.5, 0.99, 1].map((share) => times[Math.ceil(share * calls) - 1] ?? Number.NaN);
}

heading(
  "A call beside a function whose instances hang",
  `${calls.toLocaleString("en-US")} calls one after another of a function that waits for a millisecond, while so many instances of another one hang.`,
);
const rows: string[][] = [];
for (const kind of ["memory", "full"] as const) {
  for (const size of [0, hanging]) {
    const [p50 = 0, p99 = 0, longest = 0] = await callTimes(kind, size);
    const met = aim("50 ms", p99 < 50);
    rows.push([kind, size.toLocaleString("en-US"), time(p50), time(p99), met, time(longest)]);
  }
}
table(["store", "instances that hang", "p50", "p99", "aim", "longest"], rows);
