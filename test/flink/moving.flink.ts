import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int } from "statefun";
import { migratable } from "statefun/migration";
import type { Runtime } from "statefun/runtime";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { writeExport } from "../../src/export-format/writer.ts";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { write } from "../kafka/topics.ts";
import { startCluster } from "./kafka/cluster.ts";
import { countsIn, digestOf, exported, imported } from "./moving/answers.ts";
import { counter, functions, Look, Seed } from "./moving/app.ts";
import { startEngine } from "./moving/engine.ts";
import { movingModule } from "./moving/module-yaml.ts";
import { untilTakenIn } from "./moving/offsets.ts";
import { type ObservedServer, serveOnNode } from "./node-server.ts";
import { type Release, statefun222, statefun330 } from "./releases.ts";

const ids = Array.from({ length: 20 }, (_, index) => `key ${index}`);
const each = 10;
const group = "moving-numbers";

let broker: Broker;
let server: ObservedServer;
let folder: string;
/** How many numbers of each id were written. */
let written: number;

beforeEach(async () => {
  written = 0;
  folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
  broker = await startBroker();
  await broker.createTopic("numbers", 4);
  for (const topic of ["export.counter", "import.counter", "moved"]) await broker.createTopic(topic, 2);
  const egress = "moving/records";
  server = await serveOnNode(migratable(functions, { egress, topic: "moved" }));
});
afterEach(async () => {
  await server.close();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function writeNumbers(): Promise<void> {
  const numbers = Array.from({ length: each }, (_, index) => written + index + 1);
  const records = numbers.flatMap((n) =>
    ids.map((key) => ({ topic: "numbers", key, value: JSON.stringify({ n }) })),
  );
  await write(broker.brokers, records);
  written += each;
}

const start = (release: Release, withNumbers: boolean, checkpoint?: string) => {
  const { brokers } = broker;
  const yaml = movingModule(release, { brokers, url: server.url, withNumbers });
  return startCluster(release, yaml, checkpoint);
};

/** Until the group is behind the last record; then until two exports are the same, so that nothing is on its way to an instance. */
async function drained(request: string, assertRunning: () => void): Promise<Uint8Array> {
  const { brokers } = broker;
  await untilTakenIn(brokers, group, "numbers", written * ids.length, assertRunning);
  step("taken in");
  let before = "";
  for (let turn = 1; ; turn++) {
    const bytes = await exported(brokers, `${request} ${turn}`, ids);
    const digest = digestOf(bytes);
    step("an export");
    if (digest === before) return bytes;
    before = digest;
  }
}

const counted = (count: number) => new Map(ids.map((id) => [id, [count, 0]]));

/** Waits until the engine says so of each instance. */
async function untilCounted(runtime: Runtime, count: number): Promise<void> {
  const looks = () =>
    Promise.all(ids.map((id) => runtime.call(counter.at(id), Look.of({ look: true }))));
  const expected = ids.map(() => `${count}, 0 wrong`);
  await vi.waitFor(async () => expect(await looks()).toEqual(expected), { timeout: 60_000 });
}

/** What `statefun/migration` gives, in an engine of ours. */
async function seed(runtime: Runtime, bytes: Uint8Array): Promise<void> {
  for (const [id, [count, wrong]] of countsIn(bytes)) {
    await runtime.send(counter.at(id), Seed.of({ count, wrong }));
  }
  await untilCounted(runtime, written);
}

it("counts of StateFun 3.3.0 go on in an engine of ours, and from there in another cluster", async () => {
  const { brokers } = broker;
  step("broker");
  const first = await start(statefun330, true);
  await writeNumbers();
  const out = await drained("out", first.assertRunning);
  expect(countsIn(out)).toEqual(counted(10));
  await first.stop();
  step("exported");

  // Written while nothing reads: the committed offsets of the group say where to go on.
  await writeNumbers();
  const file = join(folder, "engine.db");
  const taking = await startEngine(file, brokers, false);
  written -= each;
  await seed(taking, out);
  written += each;
  await taking.close();
  step("seeded");
  const runtime = await startEngine(file, brokers, true);
  await untilCounted(runtime, 20);
  step("counted");
  await runtime.close();
  await untilTakenIn(brokers, group, "numbers", written * ids.length);
  const back = await backFrom(out, 20);

  await writeNumbers();
  // A cluster takes states before it counts: its ingress comes with a second start.
  const empty = await start(statefun330, false);
  step("started");
  await imported(brokers, "in", back);
  step("imported");
  const { checkpoint, forget } = await empty.stopAtCheckpoint();
  const second = await start(statefun330, true, checkpoint);
  try {
    const end = await drained("end", second.assertRunning);
    expect(countsIn(end)).toEqual(counted(30));
    expect(second.restarts()).toBe(0);
    step("end");
  } finally {
    await second.stop();
    forget();
  }
}, 300_000);

const began = Date.now();
const step = (name: string) => console.log(name, Date.now() - began);

/** The export of an engine in which each instance has this count. */
async function backFrom(bytes: Uint8Array, count: number): Promise<Uint8Array> {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n").slice(0, -1);
  const state = Buffer.from(int.encode(count)).toString("base64");
  const records = lines.map((line) => {
    const record = JSON.parse(line);
    if (record.kind === "instance") record.states.count.bytes = state;
    return record;
  });
  return new Uint8Array(await new Response(writeExport(records) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer());
}
