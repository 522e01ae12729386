import { type ChildProcess, fork } from "node:child_process";
import { answerOf, askedToEnd } from "../child-answers.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { observers } from "../observers.ts";
import { environmentOf } from "../other-build.ts";
import type { ObservedOrder } from "../programs/observed-load.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** What a compiler makes of a program differs from process to process: several of each. */
const processes = Number(process.env["BENCH_PROCESSES"] ?? 4);
const rounds = 7;

interface Load {
  readonly perMs: number;
  readonly cpuMicroseconds: number;
}

const orders: readonly (readonly [name: string, order: ObservedOrder])[] = [
  ["memory, 1,000 in flight", { kind: "memory", count: 60_000, inFlight: 1_000 }],
  ["SQLite normal, 1,000 in flight", { kind: "normal", count: 30_000, inFlight: 1_000 }],
  ["SQLite full, 1,000 in flight", { kind: "full", count: 30_000, inFlight: 1_000 }],
  ["fetch handler", { kind: "handler", count: 6_000, inFlight: 1 }],
  ["invocationHandler", { kind: "invoke", count: 60_000, inFlight: 1 }],
];

const [folder] = process.argv.slice(2);
const older = "an older build";

/** The columns, with the environment of their processes. */
const sides: ReadonlyMap<string, Record<string, string>> = new Map([
  ...Object.keys(observers).map((name) => [name, { BENCH_OBSERVER: name }] as const),
  ...(folder === undefined ? [] : [[older, environmentOf(folder)] as const]),
]);

/** What each side did in each round, by the name of the order. */
const found = new Map(orders.map(([name]) => [name, new Map<string, Load[]>()]));

interface Running {
  readonly side: string;
  readonly child: ChildProcess;
}

function started(side: string, environment: Record<string, string>): Running {
  const env = { ...process.env, ...environment };
  return { side, child: fork(programPath("observed-load"), { execArgv: [...nodeFlags], env }) };
}

async function measure(): Promise<void> {
  const children = Array.from(sides, ([side, environment]) => started(side, environment));
  for (const [name, order] of orders) {
    for (let round = -3; round < rounds; round += 1) {
      for (const running of round % 2 === 0 ? children : children.toReversed()) {
        const { side, child } = running;
        const load = await answerOf<Load>(child, `the program of ${side}`, order);
        // The first rounds warm up.
        if (round < 0) continue;
        const loads = found.get(name) ?? new Map<string, Load[]>();
        loads.set(side, [...(loads.get(side) ?? []), load]);
      }
    }
  }
  for (const { child } of children) await askedToEnd(child);
}

for (let process = 0; process < processes; process += 1) await measure();

/** How one side compares to another in the same round. */
function compared(name: string, side: string, base: string, figure: keyof Load) {
  const [own = [], others = []] = [side, base].map((one) => found.get(name)?.get(one));
  return spreadOf(own.map((load, round) => load[figure] / (others[round]?.[figure] ?? Number.NaN)));
}

heading(
  "Observers",
  "Messages to a counter by `runtime.send`, and requests of one message in process; each side in processes of its own, in turns. Rates compared with",
  "this build without an observer; in the last columns that one with the older build, if one was named.",
);
const others = Object.keys(observers).filter((name) => name !== "none");
table(
  ["", ...others, "rate without one", ...(folder === undefined ? [] : [older, "aim", "CPU"])],
  orders.map(([name]) => {
    const rates = (found.get(name)?.get("none") ?? []).map(({ perMs }) => perMs);
    const cells = others.map((side) => ratio(compared(name, side, "none", "perMs")));
    const row = [name, ...cells, `${digits(spreadOf(rates).median)}/ms`];
    if (folder === undefined) return row;
    const rate = compared(name, "none", older, "perMs");
    const cpu = compared(name, "none", older, "cpuMicroseconds");
    return [...row, ratio(rate), aim("≥ 0.98", rate.median >= 0.98), digits(cpu.median)];
  }),
);
