import { readFileSync } from "node:fs";
import { type Bench, counter, drive, flood, hop, idOf, start } from "../engine-app.ts";
import { rawSqlite } from "../raw-sqlite.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { type Spread, spreadOf } from "../statistics.ts";

const rounds = 7;
const ids = 10_000;

const memory = await start("memory");
const full = await start("full");
const normal = await start("normal");
const raw = rawSqlite(ids);

const count = (bench: Bench, messages: number, inFlight: number) =>
  drive((index) => bench.runtime.send(counter.at(idOf(index, ids)), 1), messages, inFlight);

/** Messages a second of each way to handle them, one after another within each round. */
const ways: Record<string, () => Promise<number>> = {
  "memory 1000": async () => 60_000 / (await count(memory, 60_000, 1_000)),
  "full 1000": async () => 60_000 / (await count(full, 60_000, 1_000)),
  "normal 1000": async () => 60_000 / (await count(normal, 60_000, 1_000)),
  "full 64": async () => 20_000 / (await count(full, 20_000, 64)),
  "full 1": async () => 1_500 / (await count(full, 1_500, 1)),
  "raw 1000": async () => 200_000 / raw.run(200_000, 1_000),
  "raw 1": async () => 1_500 / raw.run(1_500, 1),
};
const rates = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
for (let round = -1; round < rounds; round += 1) {
  const order = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed();
  for (const [name, run] of order) {
    const rate = await run();
    // The first round warms up.
    if (round >= 0) rates.get(name)?.push(rate);
  }
}
const of = (name: string) => rates.get(name) ?? [];
const share = (above: string, below: string): Spread =>
  spreadOf(of(above).map((rate, round) => rate / (of(below)[round] ?? Number.NaN)));

heading(
  "The embedded engine, against its own memory and against bare SQLite",
  `A counter over ${digits(ids)} ids, by \`runtime.send\`, K sends under way; full and normal are SQLite with that durability.`,
);
const row = (what: string, above: string, below: string, least: number) => {
  const found = share(above, below);
  const reached = aim(`≥ ${least}`, found.median >= least);
  return [what, ratio(found), reached, `${digits(spreadOf(of(above)).median)} messages/ms`];
};
table(
  ["", "ratio of rates", "aim", ""],
  [
    row("full ÷ memory, K = 1000", "full 1000", "memory 1000", 0.5),
    row("normal ÷ memory, K = 1000", "normal 1000", "memory 1000", 0.55),
    row("full, K = 1000 ÷ bare updates, 1000 a transaction", "full 1000", "raw 1000", 0.15),
    row("full, K = 1 ÷ bare transactions of one update", "full 1", "raw 1", 0.75),
    row("full, K = 64 ÷ bare transactions of one update", "full 64", "raw 1", 12),
  ],
);

/** Milliseconds until a message and what it caused are stored, at 200 a second. */
async function lowLoad(send: (index: number) => Promise<unknown>): Promise<number[]> {
  const took: number[] = [];
  for (let index = 0; index < 300; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    const started = performance.now();
    await send(index);
    took.push(performance.now() - started);
  }
  return took;
}
const percentile = (values: readonly number[], at: number) =>
  values.toSorted((left, right) => left - right)[Math.floor((values.length - 1) * at)] ??
  Number.NaN;

const chains: number[] = [];
for (let round = 0; round < 5; round += 1) {
  const one = await lowLoad((index) => full.runtime.send(counter.at(idOf(index, ids)), 1));
  const ten = await lowLoad((index) => full.runtime.send(hop.at(`c${index % 97}`), 9));
  chains.push(percentile(ten, 0.5) / percentile(one, 0.5));
}
const before = full.commits();
for (let index = 0; index < 20; index += 1) await full.runtime.send(hop.at(`i${index}`), 9);
const commits = (full.commits() - before) / 20;

/** Bytes that this process wrote, to files or anywhere. */
const written = () => Number(/wchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
async function bytesOf(run: () => Promise<unknown>, messages: number): Promise<number> {
  const start = written();
  await run();
  return (written() - start) / messages;
}
const counterBytes = await bytesOf(() => count(full, 200_000, 1_000), 200_000);
const chainBytes = await bytesOf(
  () => drive((index) => full.runtime.send(hop.at(`c${index % 97}`), 9), 10_000, 200),
  10_000,
);

for (let index = 0; index < 8; index += 1) await full.runtime.send(flood.at(`f${index}`), 0);
const probes: number[] = [];
for (let index = 0; index < 400; index += 1) {
  const started = performance.now();
  await full.runtime.send(counter.at("probe"), 1);
  probes.push(performance.now() - started);
}
const windows = full.commits();
await new Promise((resolve) => setTimeout(resolve, 1_000));
const windowMs = 1_000 / (full.commits() - windows);
const probe = percentile(probes, 0.99) / windowMs;

heading("The embedded engine at low load, and what it writes", "Durability full.");
table(
  ["", "", "aim"],
  [
    [
      "chain of 10 ÷ one counter, p50, 200 a second",
      ratio(spreadOf(chains)),
      aim("≤ 1.5", spreadOf(chains).median <= 1.5),
    ],
    ["commits of an idle chain of 10", digits(commits), aim("1", commits === 1)],
    [
      "bytes written for a counted message",
      digits(counterBytes),
      aim("≤ 250", counterBytes <= 250),
    ],
    ["bytes written for a chain of 10", digits(chainBytes), aim("≤ 450", chainBytes <= 450)],
    ["p99 of a probe under an endless flood, in windows", digits(probe), aim("≤ 3", probe <= 3)],
  ],
);
raw.end();
for (const bench of [memory, full, normal]) await bench.end();
