import { aim, heading, ratio, table, time } from "../report.ts";
import { runtimes } from "../runtimes.ts";
import { spreadOf } from "../statistics.ts";

const kinds = ["empty", "echo", "handler", "invoke"] as const;
type PerKind = Record<(typeof kinds)[number], number>;

const rounds = 15;
/** Long beside the request itself, which takes a millisecond or two. */
const sliceMs = 150;
const aimed = 1.3;

async function timeOf(url: string, kind: string, count: number): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/?kind=${kind}&count=${count}`);
  const done = await response.text();
  if (done !== String(count)) throw new Error(`${kind}: ${done}`);
  return performance.now() - start;
}

/** How often the whole handler runs in a slice. Finding out warms up. */
async function calibrate(url: string): Promise<number> {
  let count = 100;
  for (let round = 0; round < 8; round += 1) {
    for (const kind of ["echo", "invoke"]) await timeOf(url, kind, count);
    const took = await timeOf(url, "handler", count);
    count = Math.ceil(Math.min(count * 4, (count * sliceMs) / took));
  }
  return count;
}

/** A round: each kind in its turn, less the loop around it. Milliseconds of one operation. */
async function round(url: string, count: number, isReverse: boolean): Promise<PerKind> {
  const took: PerKind = { empty: 0, echo: 0, handler: 0, invoke: 0 };
  for (const kind of isReverse ? kinds.toReversed() : kinds) {
    took[kind] = await timeOf(url, kind, count);
  }
  const net = (kind: keyof PerKind) => (took[kind] - took.empty) / count;
  return {
    empty: took.empty / count,
    echo: net("echo"),
    handler: net("handler"),
    invoke: net("invoke"),
  };
}

heading(
  "The fetch handler, against an echo",
  "In process, batch 1, the greeter; `new Request` and reading the answer are in both. Beyond the echo ÷ alone is " +
    "(handler − echo) ÷ `invocationHandler`: what reading the body and making the answer add. The clock is outside of the runtime.",
);
const rows: string[][] = [];
for (const [name, start] of runtimes) {
  const server = await start({ name: "loop" });
  try {
    const count = await calibrate(server.url);
    const measured: PerKind[] = [];
    for (let index = 0; index < rounds; index += 1) {
      measured.push(await round(server.url, count, index % 2 === 1));
    }
    const median = (kind: keyof PerKind) => time(spreadOf(measured.map((one) => one[kind])).median);
    const beyond = spreadOf(measured.map(({ echo, handler, invoke }) => (handler - echo) / invoke));
    const times = [median("echo"), median("handler"), median("invoke")];
    rows.push([name, ...times, ratio(beyond), aim(`at most ${aimed}`, beyond.median <= aimed)]);
  } finally {
    await server.close();
  }
}
const head = [
  "runtime",
  "echo",
  "handler",
  "`invocationHandler`",
  "beyond the echo ÷ alone",
  "aim",
];
table(head, rows);
