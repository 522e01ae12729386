import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, drive, functions } from "../engine-app.ts";
import { aim, digits, heading, table, time } from "../report.ts";

const sizes = [10_000, 100_000, 1_000_000];
/** Of the longest ids no more than this: a file of gigabytes says no more. */
const mostLong = 100_000;
/** Pages from places all over the list. */
const pages = 200;

interface Listed {
  /** Of a page of 100 by prefix: the median and the slowest. */
  readonly medianMs: number;
  readonly slowestMs: number;
  /** Of 100 from any place on. */
  readonly anywhereMs: number;
}

/** Half of the addresses are in memory, as those of a runtime that has been busy; with `isRested` none is. */
async function measure(
  store: Store,
  size: number,
  idLength: number,
  isRested: boolean,
): Promise<Listed> {
  const idOf = (index: number) => String(index).padStart(7, "0").padEnd(idLength, "x");
  let runtime = await createRuntime({ modules: [functions], store });
  // In no order: what is made one after another is not next to each other.
  const at = (index: number) => counter.at(idOf((index * 7_919) % size));
  await drive((index) => runtime.send(at(index), 1), size, 1_000);
  if (isRested) {
    await runtime.close();
    runtime = await createRuntime({ modules: [functions], store });
  }
  const timed = async (options: {
    readonly prefix?: string;
    readonly after?: string | undefined;
  }) => {
    const started = performance.now();
    const { instances } = await runtime.instances({ function: counter, ...options });
    const took = performance.now() - started;
    if (instances.length !== 100) throw new Error(`a page has ${instances.length}`);
    return took;
  };
  const [byPrefix, anywhere]: [number[], number[]] = [[], []];
  for (let page = 0; page < pages; page += 1) {
    const from = Math.floor((page / pages) * (size / 100)) * 100;
    byPrefix.push(await timed({ prefix: idOf(from).slice(0, 5) }));
    const some = { function: counter, prefix: idOf(from).slice(0, 5), limit: 50 };
    const { next } = await runtime.instances(some);
    if (page < pages - 2) anywhere.push(await timed({ after: next }));
  }
  await runtime.close();
  const inOrder = byPrefix.toSorted((left, right) => left - right);
  return {
    medianMs: inOrder[pages / 2] ?? 0,
    slowestMs: inOrder.at(-1) ?? 0,
    anywhereMs: anywhere.toSorted((left, right) => left - right)[pages / 2] ?? 0,
  };
}

heading(
  "Listing instances",
  "100 instances by a prefix, and from any place on, with their states and bytes, of a function with so many. `rested`: after a start, when none is in memory.",
);
const rows: string[][] = [];
for (const idLength of [7, 1_000]) {
  for (const size of sizes) {
    if (idLength > 48 && size > mostLong) continue;
    for (const kind of ["memory", "SQLite", "SQLite, rested"]) {
      const folder = mkdtempSync(join(tmpdir(), "statefun-listing-"));
      const path = join(folder, "app.db");
      const store = kind === "memory" ? memoryStore() : sqliteStore(path, { durability: "normal" });
      const { medianMs, slowestMs, anywhereMs } = await measure(
        store,
        size,
        idLength,
        kind.endsWith("rested"),
      );
      rmSync(folder, { recursive: true });
      rows.push([
        ...[kind, digits(idLength), digits(size), time(medianMs), aim("≤ 5 ms", medianMs <= 5)],
        ...[time(slowestMs), time(anywhereMs)],
      ]);
    }
  }
}
table(
  ["store", "length of the id", "instances", "by prefix", "aim", "slowest", "from any place"],
  rows,
);
