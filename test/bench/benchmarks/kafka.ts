import { setTimeout } from "node:timers/promises";
import { Consumer } from "@platformatic/kafka";
import { startBroker } from "../../kafka/broker.ts";
import { write } from "../../kafka/topics.ts";
import { inTopic, outTopic } from "../kafka/app.ts";
import { candidates, type Start } from "../kafka/candidates.ts";
import { digits, heading, ratio, table } from "../report.ts";
import { type Spread, spreadOf } from "../statistics.ts";

const rounds = 5;
const records = 200_000;
const ids = 1_000;
const giveUpMs = 120_000;

const broker = await startBroker();
const { brokers } = broker;
await broker.createTopic(inTopic, 4);
await broker.createTopic(outTopic, 4);
for (let from = 0; from < records; from += 20_000) {
  const numbers = Array.from({ length: 20_000 }, (_, index) => from + index);
  await write(
    brokers,
    numbers.map((n) => ({ topic: inTopic, key: `id-${n % ids}`, value: JSON.stringify({ n }) })),
  );
}

const looker = new Consumer({ clientId: "look", bootstrapBrokers: [brokers], groupId: "look" });

/** How many records have come out, of all candidates. */
async function out(): Promise<number> {
  const ends = await looker.listOffsets({ topics: [outTopic] });
  return (ends.get(outTopic) ?? []).reduce((sum, end) => sum + Number(end), 0);
}

async function until(count: number): Promise<{ readonly count: number; readonly at: number }> {
  const end = performance.now() + giveUpMs;
  for (;;) {
    const found = await out();
    const at = performance.now();
    if (found >= count) return { count: found, at };
    if (at > end) throw new Error(`${found} of ${count} records came out in time`);
    await setTimeout(10);
  }
}

/** Records a second while it runs at full speed: from the first tenth of the records to the last one. */
async function measure(name: string, start: Start, round: number): Promise<number> {
  const before = await out();
  const running = await start(brokers, `${name}-${round}`);
  try {
    const first = await until(before + records / 10);
    const last = await until(before + records);
    return ((last.count - first.count) / (last.at - first.at)) * 1_000;
  } finally {
    await running.stop();
  }
}

const rates = new Map<string, number[]>(Array.from(candidates.keys(), (name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  const order = round % 2 === 0 ? [...candidates] : [...candidates].toReversed();
  for (const [name, start] of order) {
    rates.get(name)?.push(await measure(name, start, round));
  }
}
await looker.close();
await broker.stop();

const of = (name: string): readonly number[] => rates.get(name) ?? [];
const share = (above: string, below: string): Spread =>
  spreadOf(of(above).map((rate, round) => rate / (of(below)[round] ?? Number.NaN)));
const row = (what: string, name: string): string[] => [
  what,
  digits(spreadOf(of(name)).median),
  ratio(share(name, "flink")),
  ratio(share(name, "bare")),
];

heading(
  "From topic to topic",
  `${digits(records)} records of ${digits(ids)} keys in four partitions; each goes to the instance of its key, which counts in a state and emits a ` +
    "record. At least once out; broker, function server and all else on the same cores. " +
    `Counted from the first tenth of the records on, so that no start is in it. Medians of ${rounds} runs each.`,
);
table(
  ["", "records/s", "÷ Flink", "÷ bare"],
  [
    row("the client's own consume-and-produce, no function", "bare"),
    row("the embedded engine, SQLite full", "full"),
    row("the embedded engine, SQLite normal", "normal"),
    row("StateFun 3.3.0 with our functions, checkpoints every 500 ms", "flink"),
  ],
);
