import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { json, StatefulFunctions, string } from "statefun";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import type { Store as EngineStore } from "../../../src/engine/contract/store.ts";
import { address, cell, emptyWindow } from "../../store/records.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** A million takes minutes: only when it is asked for. */
const isLarge = process.env["STATEFUN_BENCH_LARGE"] === "1";
const sizes = [10_000, 100_000, ...(isLarge ? [1_000_000] : [])];
const rounds = 5;
/** Of what is left after a collection, while an export runs. */
const samples = 12;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

interface Cart {
  readonly owner: string;
  readonly items: readonly string[];
}

const functions = new StatefulFunctions("bench");
functions.bind(
  "bench/cart",
  { accepts: string, state: { cart: { type: json<Cart>("bench/Cart") } } },
  () => {},
);

const encoder = new TextEncoder();

/** Instances with a state of about 60 bytes, in no order, written by windows: messages would take minutes. */
async function fill(handle: Store, size: number): Promise<void> {
  const store = Object(handle)["~store"]() as EngineStore;
  await store.open();
  for (let done = 0, sequence = 0; done < size; ) {
    const count = Math.min(5_000, size - done);
    const cells = Array.from({ length: count }, (_, index) => {
      const number = done + index + 1;
      const id = String((number * 7_919) % size).padStart(10, "0");
      const bytes = encoder.encode(JSON.stringify({ owner: id, items: ["tea", "milk", "bread"] }));
      const value = { typename: "bench/Cart", bytes, headers: [] };
      return cell(number, { address: address(id, "bench/cart"), name: "cart", value });
    });
    done += count;
    const lastCell = done;
    store.commit({ ...emptyWindow(++sequence), cells, lastCell, isClean: done === size });
  }
  store.close();
}

/** Milliseconds of an export, and its bytes. */
async function timed(runtime: Runtime, values: boolean): Promise<{ ms: number; bytes: number }> {
  const started = performance.now();
  let bytes = 0;
  for await (const piece of runtime.export({ values })) bytes += piece.length;
  return { ms: performance.now() - started, bytes };
}

/** What SQLite takes by itself to give the same rows in the same order. */
function scanned(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const sql = `SELECT cells.id, cells.name, type, value, headers, expires_at FROM cells
    JOIN states USING (cell) WHERE typename = (SELECT type FROM types WHERE typename = 'bench/cart')
    ORDER BY ifnull(hash, id)`;
  const started = performance.now();
  let rows = 0;
  for (const _ of database.prepare(sql).iterate()) rows++;
  if (rows === 0) throw new Error("nothing was scanned");
  const ms = performance.now() - started;
  database.close();
  return ms;
}

/** The most that an export holds beside what there was before, in bytes. */
async function held(runtime: Runtime, size: number): Promise<number> {
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  let most = 0;
  let pieces = 0;
  const every = Math.ceil(size / 256 / samples);
  for await (const _ of runtime.export()) {
    if (++pieces % every === 0) most = Math.max(most, used() - before);
  }
  return most;
}

async function measured(kind: "memory" | "file", size: number): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
  const path = join(folder, "app.db");
  const store = kind === "memory" ? memoryStore() : sqliteStore(path, { durability: "normal" });
  await fill(store, size);
  const runtime = await createRuntime({ modules: [functions], store });
  try {
    const rates: number[] = [];
    const bare: number[] = [];
    const toScan: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const scan = kind === "file" ? scanned(path) : undefined;
      const whole = await timed(runtime, true);
      const withoutValues = await timed(runtime, false);
      bytes = whole.bytes;
      rates.push((size / whole.ms) * 1_000);
      bare.push((size / withoutValues.ms) * 1_000);
      if (scan !== undefined) toScan.push(whole.ms / scan);
    }
    const { median } = spreadOf(rates);
    const most = await held(runtime, size);
    return [
      ...[kind, digits(size), digits(median), aim("≥ 100,000", median >= 100_000)],
      ...[digits(spreadOf(bare).median), toScan.length > 0 ? ratio(spreadOf(toScan)) : "-"],
      ...[digits(bytes / size), `${digits(most / 1_000_000)} MB`],
    ];
  } finally {
    await runtime.close();
    rmSync(folder, { recursive: true });
  }
}

heading(
  "Exports",
  "`runtime.export()`, read to its end. Each instance has a JSON state of 65 bytes. The scan is SQLite's own, of the same rows in the same order, in the same round.",
);
const rows: string[][] = [];
for (const kind of ["memory", "file"] as const) {
  for (const size of sizes) rows.push(await measured(kind, size));
}
table(
  [
    ...["store", "instances", "instances/s", "aim", "without values", "÷ scan"],
    ...["bytes an instance", "held beside the store"],
  ],
  rows,
);
