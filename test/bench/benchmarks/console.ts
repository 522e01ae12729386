import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consoleApp } from "statefun/console";
import {
  createRuntime,
  type HttpSurfaceOptions,
  memoryStore,
  type Runtime,
} from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { drive, functions, hop, idOf } from "../engine-app.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15);
const readers = 10;
/** Each send causes so many further messages, from function to function. */
const hops = 4;
const ids = 1_000;
const topics = "overview,functions,graph,troubles";

const kinds = [
  { kind: "memory", sends: 20_000 },
  { kind: "SQLite normal", sends: 10_000 },
] as const;

type Admin = NonNullable<HttpSurfaceOptions["admin"]>;

interface Side {
  readonly name: string;
  readonly admin: Admin | undefined;
  /** Who looks on while it is measured. */
  readonly readers: number;
  readonly asked?: { readonly least: number };
}

const plain: Admin = { authenticate: "none" };
const unread = "http.admin, nobody reads";
const mounted: Admin = { ...plain, console: consoleApp() };
const sides: readonly Side[] = [
  { name: "without http.admin", admin: undefined, readers: 0 },
  { name: unread, admin: plain, readers: 0 },
  { name: "with the console, nobody reads", admin: mounted, readers: 0, asked: { least: 0.99 } },
  { name: `with the console, ${readers} readers`, admin: mounted, readers, asked: { least: 0.95 } },
];

interface Running {
  readonly side: Side;
  readonly runtime: Runtime;
  readonly end: () => Promise<void>;
}

async function started(kind: (typeof kinds)[number]["kind"], side: Side): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-console-"));
  const path = join(folder, "app.db");
  const store = kind === "memory" ? memoryStore() : sqliteStore(path, { durability: "normal" });
  const { admin } = side;
  const http = admin === undefined ? {} : { http: { admin } };
  const runtime = await createRuntime({ modules: [functions], store, ...http });
  const end = async (): Promise<void> => {
    await runtime.close({ drainMs: 0 });
    rmSync(folder, { recursive: true });
  };
  return { side, runtime, end };
}

/** Reads on until it is told to stop. */
async function reader(runtime: Runtime): Promise<() => Promise<void>> {
  const request = new Request(`http://localhost/admin/live?topics=${topics}`);
  const response = await runtime.fetch(request);
  const stream = response.body?.getReader();
  const reading = (async () => {
    while ((await stream?.read())?.done === false);
  })();
  return async () => {
    await stream?.cancel();
    await reading;
  };
}

interface Rate {
  /** Messages in a millisecond, and in a millisecond of the processor: what else the machine does is not in that. */
  readonly perMs: number;
  readonly perCpuMs: number;
}

async function rateOf({ side, runtime }: Running, sends: number): Promise<Rate> {
  const all = Array.from({ length: side.readers }, () => reader(runtime));
  const stops = await Promise.all(all);
  const send = (index: number) => runtime.send(hop.at(idOf(index, ids)), hops);
  const from = performance.now();
  const before = process.cpuUsage();
  await drive(send, sends, 1_000);
  await runtime.idle();
  const { user, system } = process.cpuUsage(before);
  const messages = sends * (hops + 1);
  const perMs = messages / (performance.now() - from);
  await Promise.all(stops.map((stop) => stop()));
  return { perMs, perCpuMs: (messages * 1_000) / (user + system) };
}

heading(
  "The console",
  `Messages a second between functions, ${hops + 1} for each send, with 1,000 sends in flight: without operators, with them and nobody who looks, and with ${readers} readers of ` +
    `\`/admin/live?topics=${topics}\`. All sides take turns in one process; the ratios are to \`${unread}\`.`,
);
const rows: string[][] = [];
for (const { kind, sends } of kinds) {
  const running: Running[] = [];
  for (const side of sides) running.push(await started(kind, side));
  const rates = new Map<string, Rate[]>(sides.map(({ name }) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    // The first rounds warm up.
    for (const one of round % 2 === 0 ? running : [...running].reverse()) {
      const rate = await rateOf(one, sends);
      if (round >= 0) rates.get(one.side.name)?.push(rate);
    }
  }
  for (const { name, asked } of sides) {
    const own = rates.get(name) ?? [];
    const base = rates.get(unread) ?? [];
    const spread = (of: keyof Rate) =>
      spreadOf(own.map((rate, round) => rate[of] / (base[round]?.[of] ?? Number.NaN)));
    const byCpu = spread("perCpuMs");
    const isMet = asked === undefined ? "" : aim(`≥ ${asked.least}`, byCpu.median >= asked.least);
    const perSecond = spreadOf(own.map(({ perMs }) => perMs)).median * 1_000;
    rows.push([kind, name, digits(perSecond), ratio(spread("perMs")), ratio(byCpu), isMet]);
  }
  for (const { end } of running) await end();
}
table(
  [
    ...["store", "", "messages a second", `÷ ${unread}`],
    ...["the same by the time of the processor", "asked, by the processor"],
  ],
  rows,
);
