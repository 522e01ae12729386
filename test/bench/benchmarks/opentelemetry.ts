import { type ChildProcess, fork } from "node:child_process";
import { shoot } from "../cannon.ts";
import { answerOf, askedToEnd } from "../child-answers.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import type { TracedOrder, TracedSide, TracedStore } from "../programs/traced-load.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";
import type { TelemetryKind } from "../telemetry.ts";

/** What a compiler makes of a program differs from process to process: several of each. */
const processes = Number(process.env["BENCH_PROCESSES"] ?? 3);
const rounds = 5;
const warmUps = 2;

interface Row {
  readonly name: string;
  readonly store: TracedStore;
  readonly count: number;
  readonly isHttp?: boolean;
}

const rows: readonly Row[] = [
  { name: "memory", store: "memory", count: 40_000 },
  { name: "SQLite normal", store: "normal", count: 20_000 },
  { name: "SQLite full", store: "full", count: 20_000 },
  { name: "SQLite normal, calls over HTTP", store: "normal", count: 6_400, isHttp: true },
  { name: "SQLite full, calls over HTTP", store: "full", count: 6_400, isHttp: true },
];

const kinds: readonly (readonly [name: string, kind: TelemetryKind])[] = [
  ["batches of spans", { share: 1, processor: "batch" }],
  ["each span by itself", { share: 1, processor: "simple" }],
  ["1 % of traces", { share: 0.01, processor: "batch" }],
];

interface Load {
  readonly perMs: number;
  readonly cpuMicroseconds: number;
}

class Program {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ports = new Map<TracedStore, Promise<number>>();

  constructor(side: TracedSide) {
    const env = { ...process.env, BENCH_TRACED: JSON.stringify(side) };
    this.#child = fork(programPath("traced-load"), { execArgv: [...nodeFlags], env });
    this.#name = `the program of ${side.by}`;
  }

  load(row: Row): Promise<Load> {
    const { store, count, isHttp = false } = row;
    return isHttp ? this.#shot(store, count) : this.#asked({ do: "send", store, count });
  }

  end(): Promise<void> {
    return askedToEnd(this.#child, { do: "end" });
  }

  #asked<T>(order: TracedOrder): Promise<T> {
    return answerOf<T>(this.#child, this.#name, order);
  }

  async #shot(store: TracedStore, count: number): Promise<Load> {
    const port = this.#ports.get(store) ?? this.#served(store);
    this.#ports.set(store, port);
    const counters = {
      origin: `http://127.0.0.1:${await port}`,
      headers: { "content-type": "application/json", prefer: "wait=30" },
      path: (id: string) => `/functions/bench/counter/${id}`,
    };
    const before = (await this.#asked<{ cpu: number }>({ do: "cpu" })).cpu;
    const perSecond = await shoot(counters, 64, count);
    const { cpu } = await this.#asked<{ cpu: number }>({ do: "cpu" });
    return { perMs: perSecond / 1_000, cpuMicroseconds: (cpu - before) / count };
  }

  async #served(store: TracedStore): Promise<number> {
    return (await this.#asked<{ port: number }>({ do: "serve", store })).port;
  }
}

const sides: readonly (readonly [name: string, side: TracedSide])[] = [
  ["nothing", { by: "nothing", kind: { share: 1, processor: "batch" } }],
  ...kinds.flatMap(([name, kind]) => [
    [`${name}: SDK alone`, { by: "SDK alone", kind }] as const,
    [`${name}: openTelemetry`, { by: "openTelemetry", kind }] as const,
  ]),
];

const found = new Map(rows.map(({ name }) => [name, new Map<string, Load[]>()]));

async function measure(): Promise<void> {
  const programs = sides.map(([name, side]) => ({ name, program: new Program(side) }));
  for (const row of rows) {
    for (let round = -warmUps; round < rounds; round += 1) {
      for (const { name, program } of round % 2 === 0 ? programs : programs.toReversed()) {
        const load = await program.load(row);
        if (round < 0) continue;
        const loads = found.get(row.name) ?? new Map<string, Load[]>();
        loads.set(name, [...(loads.get(name) ?? []), load]);
      }
    }
  }
  for (const { program } of programs) await program.end();
}

for (let process = 0; process < processes; process += 1) await measure();

const loadsOf = (row: Row, side: string): readonly Load[] => found.get(row.name)?.get(side) ?? [];

/** Messages of one side ÷ those of the one without telemetry, in the same round. */
function shareOf(row: Row, side: string, figure: keyof Load) {
  const base = loadsOf(row, "nothing");
  return spreadOf(
    loadsOf(row, side).map((load, round) => {
      const other = base[round]?.[figure] ?? Number.NaN;
      return figure === "perMs" ? load.perMs / other : other / load.cpuMicroseconds;
    }),
  );
}

const cpuOf = (row: Row, side: string): string =>
  digits(spreadOf(loadsOf(row, side).map(({ cpuMicroseconds }) => cpuMicroseconds)).median);

heading(
  "OpenTelemetry",
  "Messages to a counter with an SDK whose exporter throws everything away, ÷ those without telemetry, in the same round. *SDK alone* is an engine without an observer, and a program that makes the",
  "same spans, attributes and durations by hand: no observer can be cheaper. By `runtime.send` a message has two spans, over HTTP one. Over HTTP the client shares the cores, so CPU is the server's alone.",
);
for (const [name] of kinds) {
  const [alone, own] = [`${name}: SDK alone`, `${name}: openTelemetry`];
  table(
    [
      ...[name, "messages/s", "SDK alone", "messages/s of CPU", "SDK alone"],
      ...["CPU µs without", "SDK alone", "openTelemetry", "aim"],
    ],
    rows.map((row) => {
      const rate = shareOf(row, own, "perMs");
      return [
        row.name,
        ratio(rate),
        digits(shareOf(row, alone, "perMs").median),
        ratio(shareOf(row, own, "cpuMicroseconds")),
        digits(shareOf(row, alone, "cpuMicroseconds").median),
        ...["nothing", alone, own].map((side) => cpuOf(row, side)),
        aim("≥ 0.7", rate.median >= 0.7),
      ];
    }),
  );
}
