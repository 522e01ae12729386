import {
  bestCpu,
  bestRate,
  concurrencies,
  type Figure,
  measureSides,
  p50,
  rateAt,
  type Side,
  share,
  steadily,
} from "../compared-sides.ts";
import { type Counters, startStatefun } from "../counters.ts";
import { startFloor } from "../floor.ts";
import { aim, digits, heading, ratio, table, time } from "../report.ts";
import { startRestate } from "../restate-server.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 5;
const aimed = 10;

function report(restate: Side, ours: readonly Side[]): void {
  const median = (side: Side, figure: Figure) => spreadOf(figure(side)).median;
  heading(
    "Over HTTP, against Restate",
    "A function that counts, over 1,024 ids, and every call waits for the new sum: messages a second with K calls in flight; " +
      "at its best K the CPU time of all processes of the side for a message; p50 at 100 calls a second. " +
      "Restate 1.7.12 with its default settings and its SDK in a process of its own; ours in one process on SQLite, with the durability that is named. " +
      "The client shares the cores with them. Restate journals every step and crosses to another process for it, and is made for clusters: " +
      "this is about one small machine, and no more.",
  );
  table(
    ["", ...concurrencies.map((inFlight) => `K = ${inFlight}`), "CPU", "p50"],
    [restate, ...ours].map((side) => [
      side.name,
      ...concurrencies.map((inFlight) => digits(median(side, rateAt(inFlight)))),
      time(median(side, bestCpu) / 1_000),
      time(median(side, p50)),
    ]),
  );
  table(
    [
      "",
      "messages/s ÷ Restate's, each at its best K",
      "aim",
      "Restate's CPU ÷",
      "Restate's p50 ÷",
      "aim",
    ],
    ours.map((side) => {
      const rate = share(side, restate, bestRate);
      const latency = share(restate, side, p50);
      return [
        side.name,
        ratio(rate),
        aim(`at least ${aimed}`, rate.median >= aimed),
        ratio(share(restate, side, bestCpu)),
        ratio(latency),
        aim("above 1", latency.median > 1),
      ];
    }),
  );
}

/** What no call and no durable call of one small machine can be faster than, at the pace of p50. */
const floor: { readonly echo: number[]; readonly flush: number[] } = { echo: [], flush: [] };

function reportFloor(): void {
  const [echo, flush] = [floor.echo, floor.flush].map((rounds) => time(spreadOf(rounds).median));
  heading(
    "The floor of p50",
    `At 100 calls a second, in the same rounds: a server of node:http that sends back what it got takes ${echo}, and writing and flushing ` +
      `one page of a file ${flush}. With durability full a call takes both, and what is left is the engine's.`,
  );
}

const started: Side[] = [];
async function start(name: string, counters: Promise<Counters>): Promise<Side> {
  const side = { name, counters: await counters, expected: new Map(), rounds: [], answered: 0 };
  started.push(side);
  return side;
}

const bare = await startFloor();
try {
  const restate = await start("Restate", startRestate());
  const full = await start("statefun, full", startStatefun("full"));
  const normal = await start("statefun, normal", startStatefun("normal"));
  await measureSides(started, rounds, async () => {
    const { count, perSecond } = steadily;
    floor.echo.push(spreadOf(await bare.echo(count, perSecond)).median);
    floor.flush.push(spreadOf(await bare.flush(count, perSecond)).median);
  });
  report(restate, [full, normal]);
  reportFloor();
} finally {
  await bare.close();
  for (const { counters } of started) await counters.close();
}
