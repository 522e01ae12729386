import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, drive, functions } from "../engine-app.ts";
import { aim, digits, heading, table, time } from "../report.ts";

/** Ten million addresses take minutes and gigabytes of disk: only when they are asked for. */
const isLarge = process.env["STATEFUN_BENCH_LARGE"] === "1";
const sizes = [10_000, 100_000, 1_000_000, ...(isLarge ? [10_000_000] : [])];
const idLengths = [10, 100, 1_000];
/** Of the longest ids no more than this: a file of gigabytes says no more. */
const mostLong = 100_000;
/** Instances whose heap is measured: with any id fewer than are kept in memory. */
const mostIdle = 30_000;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function heap(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

interface Grown {
  readonly fileBytes: number;
  readonly heapBytes: number;
  readonly openMs: number;
  /** Messages a millisecond: to addresses that are new, and to a thousand of them again and again. */
  readonly made: number;
  readonly hot: number;
}

/** Sends one message to each of so many addresses, closes, and opens again until one more is handled. */
async function grow(addresses: number, idLength: number): Promise<Grown> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-growth-"));
  const path = join(folder, "app.db");
  const open = () =>
    createRuntime({ modules: [functions], store: sqliteStore(path, { durability: "normal" }) });
  const at = (index: number) => counter.at(String(index).padStart(idLength, "i"));
  let runtime = await open();
  const base = heap();
  const idle = Math.min(addresses, mostIdle);
  let took = await drive((index) => runtime.send(at(index), 1), idle, 1_000);
  const heapBytes = (heap() - base) / idle;
  took += await drive((index) => runtime.send(at(idle + index), 1), addresses - idle, 1_000);
  const again = await drive((index) => runtime.send(at(index % 1_000), 1), 50_000, 1_000);
  await runtime.close();
  const fileBytes = statSync(path).size / addresses;
  const started = performance.now();
  runtime = await open();
  await runtime.send(at(0), 1);
  const openMs = performance.now() - started;
  await runtime.close();
  rmSync(folder, { recursive: true });
  return { fileBytes, heapBytes, openMs, made: addresses / took, hot: 50_000 / again };
}

heading(
  "What an address takes, of which there are many",
  "Each has one number. Opening is until the first message is handled; the heap is that of instances with nothing to do, of which up to 30,000 were made.",
);
// The first one compiles the code, which is no address.
await grow(5_000, 10);
const rows: string[][] = [];
for (const idLength of idLengths) {
  for (const size of sizes) {
    if (idLength === 1_000 && size > mostLong) continue;
    const { fileBytes, heapBytes, openMs, made, hot } = await grow(size, idLength);
    const file = Math.round(fileBytes);
    const most = { 10: 103, 100: 298, 1000: 1_500 }[idLength] ?? 0;
    const bytes = Math.round(heapBytes - idLength);
    const speed = `${digits(made)}, ${digits(hot)}`;
    rows.push([
      ...[digits(idLength), digits(size), digits(file), aim(`≤ ${most}`, file <= most)],
      ...[digits(bytes), aim("≤ 400", bytes <= 400), time(openMs), speed],
    ]);
  }
}
table(
  [
    ...["length of the id", "addresses", "bytes in the file", "aim", "heap without the id", "aim"],
    ...["opening", "messages/ms, new and hot"],
  ],
  rows,
);
