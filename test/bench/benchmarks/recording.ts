import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore, type Runtime, type Store } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, drive, functions, hop, idOf } from "../engine-app.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15);
const ids = 10_000;
const folder = mkdtempSync(join(tmpdir(), "statefun-recording-"));
let files = 0;

type Send = (runtime: Runtime, index: number) => Promise<unknown>;

interface Load {
  readonly name: string;
  readonly store: () => Store;
  readonly count: number;
  readonly inFlight: number;
  readonly send: Send;
}

const file = (durability: "normal" | "full") =>
  sqliteStore(join(folder, `${files++}.db`), { durability });
const count: Send = (runtime, index) => runtime.send(counter.at(idOf(index, ids)), 1);
/** Each message leads to nine others. */
const pass: Send = (runtime, index) => runtime.send(hop.at(idOf(index, ids)), 9);

const loads: readonly Load[] = [
  { name: "memory", store: memoryStore, count: 60_000, inFlight: 1_000, send: count },
  { name: "memory, chains of ten", store: memoryStore, count: 6_000, inFlight: 1_000, send: pass },
  {
    name: "SQLite normal",
    store: () => file("normal"),
    count: 30_000,
    inFlight: 1_000,
    send: count,
  },
  { name: "SQLite full", store: () => file("full"), count: 30_000, inFlight: 1_000, send: count },
];

/** Without operators, with some who do not record, and with some who do. */
const sides = ["none", "off", "on"] as const;
type Side = (typeof sides)[number];

async function started(store: Store, side: Side): Promise<Runtime> {
  const runtime = await createRuntime({
    modules: [functions],
    store,
    limits: { maxMailbox: 1_000_000 },
    ...(side === "none" ? {} : { http: { admin: { authenticate: "none" } } }),
  });
  if (side === "on") await order(runtime);
  return runtime;
}

/** It goes on for an hour from now. */
async function order(runtime: Runtime): Promise<void> {
  const headers = { "statefun-admin": "1", "idempotency-key": crypto.randomUUID() };
  const init = { method: "POST", headers };
  const request = new Request("http://x/admin/recording?minutes=60", init);
  const { status } = await runtime.fetch(request);
  if (status !== 200) throw new Error(`the recording was answered with ${status}`);
}

async function ratesOf({ store, count, inFlight, send }: Load) {
  const runtimes = await Promise.all(
    sides.map(async (side) => [side, await started(store(), side)] as const),
  );
  const rates = new Map(sides.map((side) => [side, [] as number[]]));
  for (let round = -3; round < rounds; round++) {
    for (const [side, runtime] of round % 2 === 0 ? runtimes : runtimes.toReversed()) {
      const ms = await drive((index) => send(runtime, index), count, inFlight);
      await runtime.idle();
      // The first rounds warm up.
      if (round >= 0) rates.get(side)?.push(count / ms);
    }
  }
  for (const [, runtime] of runtimes) await runtime.close({ drainMs: 0 });
  const against = (side: Side, base: Side) =>
    spreadOf((rates.get(side) ?? []).map((rate, n) => rate / (rates.get(base)?.[n] ?? Number.NaN)));
  return {
    off: against("off", "none"),
    on: against("on", "off"),
    perMs: spreadOf(rates.get("off") ?? []).median,
  };
}

heading(
  "Recording",
  "Messages by `runtime.send`, 1,000 in flight, on runtimes of one process in turns: without `http.admin`, with it, and while it records.",
);
const rows: string[][] = [];
for (const load of loads) {
  const { off, on, perMs } = await ratesOf(load);
  const isFine = on.median >= 0.75;
  rows.push([load.name, ratio(on), aim("≥ 0.75", isFine), ratio(off), `${digits(perMs)}/ms`]);
}
table(["", "recording / off", "aim", "off / without operators", "rate when off"], rows);
rmSync(folder, { recursive: true });
