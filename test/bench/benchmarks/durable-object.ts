import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleWorker, exampleBytes } from "../durable-object/bundle.ts";
import { reportHops } from "../durable-object/costs.ts";
import { type Objects, startObjects } from "../durable-object/objects.ts";
import type { BurstOrder } from "../durable-object/worker.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { type Spread, spreadOf } from "../statistics.ts";

const rounds = 9;
const characters = 100;
const piece = 100;
const ways = ["statefun", "one", "many"] as const;
type Way = (typeof ways)[number];
/** What fills about a second. */
const messagesOf: Record<Way, number> = { statefun: 40_000, one: 3_000, many: 60_000 };
/** A folder in memory, on Linux. */
const memory = "/dev/shm";

const script = await bundleWorker(join(import.meta.dirname, "../durable-object/worker.ts"));

/** Messages a second until all of them are applied, and survive a crash. */
async function run(objects: Objects, way: Way, id: string, messages: number): Promise<number> {
  const order: BurstOrder = { way, id, messages, characters, piece };
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
    await objects.figures("bench/source/speed", "bench/sink/speed");
    for (let round = 0; round < rounds; round += 1) {
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        rates[way].push(await run(objects, way, "speed", messagesOf[way]));
      }
      rpcs += (await objects.figures("bench/source/speed", "bench/sink/speed")).to.rpcs;
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
        aim("at least 15", one.median >= 15),
        ratio(many),
        aim("at least 0.4", many.median >= 0.4),
      ];
    }),
  );
}

const places = new Map([["disk", await measure(tmpdir())]]);
if (existsSync(memory)) places.set("memory", await measure(memory));
reportSpeed(places);
const rpcsPerMessage = places.get("disk")?.rpcsPerMessage ?? Number.NaN;
const limit = aim("at most 0.01", rpcsPerMessage <= 0.01);
console.log(`RPCs for a message in the rounds above: ${digits(rpcsPerMessage)}, ${limit}.\n`);
await reportHops(script);
const { plain, gzip } = await exampleBytes();
console.log(
  `The Worker of the example, minified: ${digits(plain / 1_024)} kB, ${digits(gzip / 1_024)} kB with gzip.\n`,
);
