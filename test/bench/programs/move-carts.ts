/**
 * `node move-carts.ts WHAT KIND SIZE FOLDER`: moves so many carts again and again, and prints as JSON what that took. WHAT is
 * `fill`, `export` or `import`; KIND is `memory` or `file`. FOLDER has the carts as `carts.db`, and their export as `carts.ndjson`.
 */
import { createReadStream, createWriteStream, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { cartFunctions, fillCarts, insertCarts, scanCarts } from "../carts.ts";
import { cpuMs } from "../cpu-ms.ts";
import type { Moved } from "../moved.ts";

const [, , what, kind, sizeText, folder = "."] = process.argv;
const size = Number(sizeText);
/** The first one also compiles. */
const rounds = size > 100_000 ? 1 : 3;
const path = join(folder, "carts.db");
const exported = join(folder, "carts.ndjson");

const file = (name: string): Store => sqliteStore(join(folder, name), { durability: "normal" });
const opened = (store: Store): Promise<Runtime> =>
  createRuntime({ modules: [cartFunctions()], store });

/** What it took, and the most that was resident meanwhile above what was before. */
async function measured(run: () => Promise<void>): Promise<Moved> {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  const [cpu, started] = [cpuMs(), performance.now()];
  await run();
  const took = { cpuMs: cpuMs() - cpu, wallMs: performance.now() - started };
  look();
  clearInterval(timer);
  return { ...took, heldBytes: most - before };
}

async function read(runtime: Runtime, values: boolean): Promise<void> {
  for await (const _ of runtime.export({ values }));
}

async function exportRounds(): Promise<void> {
  const store = kind === "memory" ? memoryStore() : file("carts.db");
  if (kind === "memory") await fillCarts(store, size);
  collect();
  const runtime = await opened(store);
  for (let round = 0; round < rounds; round++) {
    const bareCpuMs = kind === "file" ? scanCarts(path) : undefined;
    const whole = await measured(() => read(runtime, true));
    const withoutValues = await measured(() => read(runtime, false));
    print({ ...whole, bareCpuMs, withoutValuesCpuMs: withoutValues.cpuMs });
  }
  await runtime.close();
}

async function importRounds(): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const runtime = await opened(kind === "memory" ? memoryStore() : file("target.db"));
    collect();
    const moved = await measured(async () => {
      await runtime.import(createReadStream(exported));
    });
    await runtime.close();
    remove("target.db");
    const bareCpuMs = kind === "file" ? insertCarts(path, join(folder, "bare.db")) : undefined;
    remove("bare.db");
    print({ ...moved, bareCpuMs });
  }
}

async function fill(): Promise<void> {
  const store = file("carts.db");
  await fillCarts(store, size);
  const runtime = await opened(store);
  await pipeline(Readable.from(runtime.export()), createWriteStream(exported));
  await runtime.close();
}

function remove(name: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(join(folder, `${name}${end}`), { force: true });
}

function print(moved: Moved): void {
  console.log(JSON.stringify(moved));
}

function collect(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

const runs = new Map([
  ["fill", fill],
  ["export", exportRounds],
  ["import", importRounds],
]);
await runs.get(what ?? "")?.();
