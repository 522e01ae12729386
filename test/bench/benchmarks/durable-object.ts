import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { bundleWorker, exampleBytes } from "../durable-object/bundle.ts";
import { type Objects, type PairFigures, startObjects } from "../durable-object/objects.ts";
import type { Order } from "../durable-object/worker.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { type Spread, spreadOf } from "../statistics.ts";

const rounds = 9;
const characters = 100;
const piece = 100;
const ways = ["statefun", "one", "many"] as const;
type Way = (typeof ways)[number];
/** What fills about a second. */
const messagesOf: Record<Way, number> = { statefun: 40_000, one: 3_000, many: 60_000 };
/** After that nothing of a message is left to do. */
const quietMs = 15_000;
/** A folder in memory, on Linux. */
const memory = "/dev/shm";

const script = await bundleWorker(join(import.meta.dirname, "../durable-object/worker.ts"));

/** Messages a second until all of them are applied, and survive a crash. */
async function run(objects: Objects, way: Way, id: string, messages: number): Promise<number> {
  const order: Order = { way, id, messages, characters, piece };
  const start = performance.now();
  await objects.send(order);
  return (messages / (performance.now() - start)) * 1_000;
}

type Rates = Readonly<Record<Way, readonly number[]>>;

interface Speed {
  readonly rates: Rates;
  readonly rpcsPerMessage: number;
}

async function measure(parent: string): Promise<Speed> {
  const objects = await startObjects(script, parent);
  const rates: Record<Way, number[]> = { statefun: [], one: [], many: [] };
  let rpcs = 0;
  try {
    for (const way of ways) await run(objects, way, "speed", messagesOf[way]);
    await objects.figures("speed");
    for (let round = 0; round < rounds; round += 1) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        rates[way].push(await run(objects, way, "speed", messagesOf[way]));
      }
      rpcs += (await objects.figures("speed")).to.rpcs;
    }
  } finally {
    await objects.close();
  }
  return { rates, rpcsPerMessage: rpcs / rounds / messagesOf.statefun };
}

const share = ({ statefun, ...others }: Rates, way: "one" | "many"): Spread =>
  spreadOf(statefun.map((rate, round) => rate / (others[way][round] ?? Number.NaN)));

function reportSpeed(places: ReadonlyMap<string, Speed>): void {
  heading(
    "Durable Objects, against bare RPC",
    `On workerd: one object sends messages of ${characters} characters to another, which counts them in a state. Counted until the last one is applied ` +
      "and committed. Bare is what calls a method of the other object by hand, which writes a row for each message: one after another, or " +
      `${piece} with each call in one transaction; nothing is sent again there, and nothing is dropped twice. Medians of ${rounds} rounds.`,
  );
  table(
    [
      "storage",
      "statefun",
      "bare, one a call",
      `bare, ${piece} a call`,
      "÷ one a call",
      "aim",
    ].concat([`÷ ${piece} a call`, "aim"]),
    Array.from(places, ([place, { rates }]) => {
      const [one, many] = [share(rates, "one"), share(rates, "many")];
      return [
        place,
        ...ways.map((way) => `${digits(spreadOf(rates[way]).median)}/s`),
        ratio(one),
        aim("at least 10", one.median >= 10),
        ratio(many),
        aim("at least 0.2", many.median >= 0.2),
      ];
    }),
  );
}

/** As many as can be, one after another, and so seldom that every alarm goes off. */
async function reportCosts(rpcsPerMessage: number): Promise<void> {
  const objects = await startObjects(script, tmpdir(), { COUNTED: "1" });
  const loads = [
    { name: "under load", messages: 40_000, pairs: 1, runs: 5, pauseMs: 0 },
    { name: "one after another", messages: 1, pairs: 1, runs: 50, pauseMs: 0 },
    { name: "seldom", messages: 1, pairs: 20, runs: 3, pauseMs: quietMs },
  ];
  const rows: string[][] = [];
  try {
    for (const { name, messages, pairs, runs, pauseMs } of loads) {
      const ids = Array.from({ length: pairs }, (_, pair) => `costs ${name} ${pair}`);
      const sendAll = async () => {
        await Promise.all(ids.map((id) => run(objects, "statefun", id, messages)));
        await setTimeout(pauseMs);
      };
      // The first one makes the tables.
      await sendAll();
      for (const id of ids) await objects.figures(id);
      for (let n = 0; n < runs; n += 1) await sendAll();
      const figures = await Promise.all(ids.map((id) => objects.figures(id)));
      const count = messages * runs * pairs;
      const each = (of: (one: PairFigures) => number) =>
        digits(figures.reduce((sum, one) => sum + of(one), 0) / count);
      const bytes = Math.max(...figures.map((one) => one.bytes));
      rows.push([
        name,
        each(({ to }) => to.rpcs),
        each(({ from, to }) => from.alarms + to.alarms),
        each(({ from }) => from.rows.written),
        each(({ to }) => to.rows.written),
        each(({ from, to }) => from.rows.read + to.rows.read),
        `${digits(bytes / 1_024)} kB: ${aim("below 16", bytes < 16_384)}`,
      ]);
    }
  } finally {
    await objects.close();
  }
  const head = [
    "RPCs between objects",
    "rows written by the sender",
    "by the receiver",
    "rows read",
  ];
  table(["a message", ...head, "storage of the receiver"], rows);
  const limit = aim("at most 0.01", rpcsPerMessage <= 0.01);
  console.log(`RPCs for a message in the rounds above: ${digits(rpcsPerMessage)}, ${limit}.\n`);
}

const places = new Map([["disk", await measure(tmpdir())]]);
if (existsSync(memory)) places.set("memory", await measure(memory));
reportSpeed(places);
await reportCosts(places.get("disk")?.rpcsPerMessage ?? Number.NaN);
const { plain, gzip } = await exampleBytes();
console.log(
  `The Worker of the example, minified: ${digits(plain / 1_024)} kB, ${digits(gzip / 1_024)} kB with gzip.\n`,
);
