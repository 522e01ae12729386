import { type ChildProcess, fork } from "node:child_process";
import { answerOf, askedToEnd } from "../child-answers.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { environmentOf, otherBuild } from "../other-build.ts";
import type { LoadOrder } from "../programs/engine-load.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { type Spread, spreadOf } from "../statistics.ts";

/** What a compiler makes of one build differs from process to process: several of each. */
const processes = 3;
const rounds = 5;

interface Load {
  readonly perMs: number;
  readonly cpuMicroseconds: number;
}

const folder = otherBuild();
const only = process.argv[3] ?? "";

/** A process that does what it is told with one build. */
function started(beside: string | undefined): ChildProcess {
  const other = beside === undefined ? {} : environmentOf(beside);
  const env = { ...process.env, ...other };
  return fork(programPath("engine-load"), { execArgv: [...nodeFlags], env });
}

/** By the sides of a round. */
const names = ["the other build", "this build"];

type Order = readonly [name: string, least: number | undefined, order: LoadOrder];

const allOrders: readonly Order[] = [
  ["memory, 1,000 in flight", 1.6, { kind: "memory", messages: 60_000, inFlight: 1_000 }],
  ["full, 1,000 in flight", 1.7, { kind: "full", messages: 40_000, inFlight: 1_000 }],
  ["full, 64 in flight", undefined, { kind: "full", messages: 15_000, inFlight: 64 }],
  ["full, 1 in flight", undefined, { kind: "full", messages: 800, inFlight: 1 }],
  ["normal, 1,000 in flight", undefined, { kind: "normal", messages: 40_000, inFlight: 1_000 }],
];

const orders = allOrders.filter(([name]) => name.includes(only));

/** Of each order, what the other build did and what this one did in the same round. */
const found = new Map<LoadOrder, readonly [other: Load[], own: Load[]]>(
  orders.map(([, , order]) => [order, [[], []]]),
);

async function measure(): Promise<void> {
  const children = [started(folder), started(undefined)];
  for (const [order, loads] of found) {
    for (let round = -2; round < rounds; round += 1) {
      const sides = children.map((child, side) => ({ child, side }));
      for (const { child, side } of round % 2 === 0 ? sides : sides.toReversed()) {
        const load = await answerOf<Load>(child, names[side] ?? "", order);
        // The first rounds warm up.
        if (round >= 0) loads[side]?.push(load);
      }
    }
  }
  for (const child of children) await askedToEnd(child);
}

for (let round = 0; round < processes; round += 1) await measure();

const rows = orders.map(([name, least, order]) => {
  const [old, own] = found.get(order) ?? [[], []];
  const share = (figure: (load: Load) => number): Spread =>
    spreadOf(own.map((load, round) => figure(load) / figure(old[round] ?? load)));
  const rate = share(({ perMs }) => perMs);
  return [
    name,
    ratio(rate),
    least === undefined ? "" : aim(`≥ ${least}`, rate.median >= least),
    digits(share(({ cpuMicroseconds }) => cpuMicroseconds).median),
    `${digits(spreadOf(own.map(({ perMs }) => perMs)).median)} messages/ms`,
  ];
});

heading(
  "The embedded engine, this build against another one",
  "A counter over 10,000 ids, by `runtime.send`; each build in a process of its own, in turns. CPU is user and system time.",
);
table(["", "ratio of rates", "aim", "ratio of CPU", "this build"], rows);
