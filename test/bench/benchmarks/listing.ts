import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, drive, functions } from "../engine-app.ts";
import { aim, digits, heading, ratio, table, time } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** In memory no more than this, and of ids of 1,000 characters no more than 20,000: making them takes longer than all the rest. */
const mostInMemory = 100_000;
const lengths = [
  { idLength: 7, sizes: [10_000, 100_000, 1_000_000] },
  { idLength: 1_000, sizes: [2_000, 20_000] },
];
/** Pages of each, from places all over the list. */
const rounds = 101;

/** A runtime with so many instances. */
interface Side {
  runtime: Runtime;
  readonly size: number;
  readonly idOf: (index: number) => string;
  /** Opened again, with no instance in memory. */
  readonly rest: () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Listed {
  readonly firstMs: number;
  readonly byPrefix: readonly number[];
  readonly anywhere: readonly number[];
}

async function make(kind: string, size: number, idLength: number): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-listing-"));
  const path = join(folder, "app.db");
  const store: Store =
    kind === "memory" ? memoryStore() : sqliteStore(path, { durability: "normal" });
  const open = () => createRuntime({ modules: [functions], store });
  const idOf = (index: number) => String(index).padStart(7, "0").padEnd(idLength, "x");
  const side: Side = {
    runtime: await open(),
    size,
    idOf,
    async rest() {
      await side.runtime.close();
      side.runtime = await open();
    },
    async close() {
      await side.runtime.close();
      rmSync(folder, { recursive: true });
    },
  };
  // In no order: what is made one after another is not next to each other.
  const at = (index: number) => counter.at(idOf((index * 7_919) % size));
  await drive((index) => side.runtime.send(at(index), 1), size, 1_000);
  return side;
}

async function timed(
  { runtime }: Side,
  options: { readonly prefix?: string; readonly after?: string | undefined },
): Promise<number> {
  const started = performance.now();
  const { instances } = await runtime.instances({ function: counter, ...options });
  const took = performance.now() - started;
  if (instances.length !== 100) throw new Error(`a page has ${instances.length}`);
  return took;
}

/** The same pages of all sizes in turns: whatever else the machine does meets all of them alike. */
async function measure(sides: readonly Side[]): Promise<Listed[]> {
  const listed: { firstMs: number; byPrefix: number[]; anywhere: number[] }[] = [];
  for (const side of sides) {
    const firstMs = await timed(side, { prefix: side.idOf(0).slice(0, 5) });
    listed.push({ firstMs, byPrefix: [], anywhere: [] });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, side] of sides.entries()) {
      const from = Math.floor((round / rounds) * (side.size / 100 - 1)) * 100;
      const prefix = side.idOf(from).slice(0, 5);
      listed[index]?.byPrefix.push(await timed(side, { prefix }));
      const { next } = await side.runtime.instances({ function: counter, prefix, limit: 50 });
      listed[index]?.anywhere.push(await timed(side, { after: next }));
    }
  }
  return listed;
}

heading(
  "Listing instances",
  "100 instances by a prefix, and from any place on, with their states and bytes, of a function with so many; the last column is the time by prefix ÷ that " +
    "of the row before. The first list of the process also loads the code for operators, and that of a function in memory sorts its ids, while others have their turns. " +
    "`rested`: after a start, when none is in memory.",
);
const rows: string[][] = [];

function addRows(kind: string, idLength: number, sides: readonly Side[], all: readonly Listed[]) {
  for (const [index, { firstMs, byPrefix, anywhere }] of all.entries()) {
    const { median } = spreadOf(byPrefix);
    const before = all[index - 1]?.byPrefix;
    const growth = before && spreadOf(byPrefix.map((ms, at) => ms / (before[at] ?? Number.NaN)));
    rows.push([
      ...[kind, digits(idLength), digits(sides[index]?.size ?? 0), time(firstMs)],
      ...[time(median), aim("≤ 5 ms", median <= 5), time(spreadOf(anywhere).median)],
      growth === undefined ? "" : ratio(growth),
    ]);
  }
}

for (const { idLength, sizes } of lengths) {
  for (const kind of ["memory", "SQLite"]) {
    const sides: Side[] = [];
    for (const size of sizes) {
      if (kind === "memory" && size > mostInMemory) continue;
      sides.push(await make(kind, size, idLength));
    }
    addRows(kind, idLength, sides, await measure(sides));
    if (kind === "SQLite") {
      for (const side of sides) await side.rest();
      addRows(`${kind}, rested`, idLength, sides, await measure(sides));
    }
    for (const side of sides) await side.close();
  }
}
table(
  [
    ...["store", "length of the id", "instances", "the first list", "by prefix", "aim"],
    ...["from any place", "÷ the row before"],
  ],
  rows,
);
