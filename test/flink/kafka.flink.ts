import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { readCommitted } from "../kafka/committed.ts";
import { write } from "../kafka/topics.ts";
import { startCluster } from "./kafka/cluster.ts";
import { moduleFile, startFunctions } from "./kafka/programs.ts";
import { type Release, statefun222, statefun330 } from "./releases.ts";

const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
const each = 400;
/** How many of each key are written at once. */
const page = 10;

let broker: Broker;
beforeEach(async () => {
  broker = await startBroker();
  await broker.createTopic("numbers", 4);
  await broker.createTopic("counted", 3);
});
afterEach(() => broker.stop());

/** Writes a quarter of the records, a page at a time. */
async function writeQuarter(quarter: number): Promise<void> {
  const from = (quarter * each) / 4;
  for (let n = from; n < from + each / 4; n += page) {
    const numbers = Array.from({ length: page }, (_, index) => n + index + 1);
    await write(
      broker.brokers,
      numbers.flatMap((one) =>
        keys.map((key) => ({ topic: "numbers", key, value: JSON.stringify({ n: one }) })),
      ),
    );
    await setTimeout(200);
  }
}

async function run(release: Release, format: string): Promise<void> {
  let server = await startFunctions();
  const { port } = server;
  const file = await moduleFile(broker.brokers, `http://127.0.0.1:${port}/functions`, format);
  expect(file).toContain("exactly-once");
  const cluster = await startCluster(release, file);
  const reader = await readCommitted(broker.brokers, "counted");
  const { records } = reader;
  const until = async (isSo: () => boolean): Promise<void> => {
    const end = Date.now() + 60_000;
    while (!isSo()) {
      cluster.assertRunning();
      const seen = `${records.length} records, ${cluster.restarts()} restarts`;
      if (Date.now() > end) throw new Error(`not in time, ${seen}:\n${file}\n${cluster.log()}`);
      await setTimeout(20);
    }
  };
  const all = each * keys.length;
  try {
    await writeQuarter(0);
    await until(() => records.length > 0);
    // Killed in the middle, and back a moment later.
    let writing = writeQuarter(1);
    await setTimeout(500);
    await server.kill();
    await setTimeout(1_000);
    server = await startFunctions(port);
    await writing;
    await until(() => records.length > all / 4);
    // The job fails in the middle: what was sent since the last checkpoint is taken back.
    writing = writeQuarter(2);
    await setTimeout(500);
    server.fail();
    await until(() => cluster.restarts() === 1);
    await writing;
    await writeQuarter(3);
    await until(() => records.length >= all);
    // Some checkpoints on, nothing more has come.
    await setTimeout(3_000);
    cluster.assertRunning();
    const received = new Map<string, string[]>(keys.map((key) => [key, []]));
    for (const [key, value] of records) received.get(key)?.push(value);
    const counts = Array.from({ length: each }, (_, index) => `${index + 1}/${index + 1}`);
    for (const key of keys) expect(received.get(key)).toEqual(counts);
    expect(records).toHaveLength(all);
    expect(cluster.restarts()).toBe(1);
    console.log(release.version, `${records.length} records`);
  } finally {
    await Promise.all([reader.stop(), cluster.stop(), server.kill()]);
  }
}

describe("from a topic through a cluster and our functions into another topic", () => {
  it.for([
    { release: statefun330, version: "3.3.0", format: "kind" },
    { release: statefun222, version: "2.2.2", format: "2.0" },
  ])(
    "StateFun $version, started by a file that `statefun module` wrote, counts every record once and in order, whoever is killed",
    async ({ release, format }) => run(release, format),
  );
});
