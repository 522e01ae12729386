import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, drive, functions, idOf, start } from "../engine-app.ts";
import { aim, digits, heading, ratio, table, time } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 3;

/** Time for a message at each size, in rounds, and what the largest is to the smallest. */
async function growth(sizes: readonly number[], perMessage: (size: number) => Promise<number>) {
  const times = new Map<number, number[]>(sizes.map((size) => [size, []]));
  for (const size of sizes) await perMessage(size);
  for (let round = 0; round < rounds; round += 1) {
    for (const size of sizes) times.get(size)?.push(await perMessage(size));
  }
  const at = (size: number) => times.get(size) ?? [];
  const [smallest = 0] = sizes;
  return sizes.map((size) => {
    const ratios = at(size).map((took, round) => took / (at(smallest)[round] ?? Number.NaN));
    return [digits(size), time(spreadOf(at(size)).median), ratio(spreadOf(ratios))];
  });
}

const memory = await start("memory");
heading(
  "Growth of a mailbox",
  "All of its messages are sent before the first one runs: the time for each, until all are handled and stored.",
);
const mailbox = (size: number) =>
  drive(() => memory.runtime.send(counter.at("one"), 1), Math.max(size, 10_000), size).then(
    (took) => took / Math.max(size, 10_000),
  );
table(["messages waiting", "each", "÷ the first"], await growth([1_000, 10_000, 100_000], mailbox));
await memory.end();

for (const kind of ["memory", "full"] as const) {
  const bench = await start(kind);
  heading(
    `Growth of the number of addresses, store: ${kind}`,
    "50,000 messages to as many addresses at random as the row says, 1,000 under way. The engine keeps 100,000 instances in memory.",
  );
  const send = (size: number) =>
    drive((index) => bench.runtime.send(counter.at(idOf(index, size)), 1), 50_000, 1_000).then(
      (took) => took / 50_000,
    );
  table(
    ["addresses", "each message", "÷ the first"],
    await growth([1_000, 100_000, 1_000_000], send),
  );
  await bench.end();
}

/** Opens a file with a million states and uses one; then reads every row of it, as an eager engine would. */
async function opening(): Promise<[open: number, scan: number][]> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-open-"));
  const path = join(folder, "app.db");
  const open = () =>
    createRuntime({ modules: [functions], store: sqliteStore(path, { durability: "normal" }) });
  const filled = await open();
  await drive((index) => filled.send(counter.at(`id-${index}`), 1), 1_000_000, 5_000);
  await filled.close();
  const results: [number, number][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const opened = performance.now();
    const runtime = await open();
    await runtime.send(counter.at(`id-${round}`), 1);
    const took = performance.now() - opened;
    await runtime.close();
    const scanned = performance.now();
    const database = new DatabaseSync(path);
    for (const name of ["cells", "states"]) {
      const known = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(name);
      if (known !== undefined) database.prepare(`SELECT * FROM ${name}`).all();
    }
    database.close();
    results.push([took, performance.now() - scanned]);
  }
  rmSync(folder, { recursive: true });
  return results;
}
const opened = await opening();
const share = spreadOf(opened.map(([open, scan]) => open / scan));
heading("Opening a file with a million states", "Until the first message is handled and stored.");
table(
  ["", "opening ÷ reading every row", "aim"],
  [
    [
      time(spreadOf(opened.map(([open]) => open)).median),
      ratio(share),
      aim("≤ 0.02", share.median <= 0.02),
    ],
  ],
);
