import {
  concurrencies,
  cpuAt,
  type Figure,
  measureSides,
  rateAt,
  type Side,
  share,
} from "../compared-sides.ts";
import { startStatefun } from "../counters.ts";
import { digits, heading, ratio, table, time } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 7;
const durabilities = ["full", "normal"] as const;

const started: Side[] = [];
async function start(durability: "full" | "normal", isWrapped: boolean): Promise<Side> {
  const name = isWrapped ? `${durability}, wrapped` : durability;
  const counters = await startStatefun(durability, { isWrapped });
  const side = { name, counters, expected: new Map(), rounds: [], answered: 0 };
  started.push(side);
  return side;
}

const median = (side: Side, figure: Figure) => spreadOf(figure(side)).median;

function report(durability: string, direct: Side, wrapped: Side): void {
  const row = (inFlight: number) => [
    `${durability}, K = ${inFlight}`,
    digits(median(wrapped, rateAt(inFlight))),
    digits(median(direct, rateAt(inFlight))),
    ratio(share(direct, wrapped, rateAt(inFlight))),
    time(median(wrapped, cpuAt(inFlight)) / 1_000),
    time(median(direct, cpuAt(inFlight)) / 1_000),
    ratio(share(wrapped, direct, cpuAt(inFlight))),
  ];
  table(
    [
      "",
      "in a function",
      "as it is",
      "messages/s ÷",
      "CPU, in a function",
      "CPU, as it is",
      "CPU ÷",
    ],
    concurrencies.map(row),
  );
}

try {
  heading(
    "The surface on Node, with and without a Request",
    "A function that counts, over 1,024 ids, called over HTTP with K calls in flight, on SQLite with the durability that is named: `serve` around `runtime.fetch` " +
      "as it is, and around a function that calls it, for which a `Request` and a `Response` are made. Messages a second, CPU time of the server for a message. " +
      "The client shares the cores with them.",
  );
  for (const durability of durabilities) {
    const direct = await start(durability, false);
    const wrapped = await start(durability, true);
    await measureSides([direct, wrapped], rounds);
    report(durability, direct, wrapped);
  }
} finally {
  for (const { counters } of started) await counters.close();
}
