import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { int } from "statefun";
import { type InstanceLine, migratable } from "statefun/migration";
import type { Runtime } from "statefun/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { writeExport } from "../../src/export-format/writer.ts";
import { type Broker, startBroker } from "../kafka/broker.ts";
import { write } from "../kafka/topics.ts";
import { type ModuleCluster, startCluster } from "./kafka/cluster.ts";
import { bytesOf, countsIn, digestOf, exported, imported, loadProgram } from "./moving/answers.ts";
import { counter, functions, Look } from "./moving/app.ts";
import { startEngine } from "./moving/engine.ts";
import { movingModule } from "./moving/module-yaml.ts";
import { untilTakenIn } from "./moving/offsets.ts";
import { type ObservedServer, serveOnNode } from "./node-server.ts";
import { type Release, statefun222, statefun330 } from "./releases.ts";

const ids = Array.from({ length: 20 }, (_, index) => `key ${index}`);
const each = 10;
const group = "moving-numbers";

// Three clusters start one after another, which takes a while where much else runs.
vi.setConfig({ testTimeout: 400_000 });

let program: Awaited<ReturnType<typeof loadProgram>>;
beforeAll(async () => {
  program = await loadProgram();
});
afterAll(() => program.remove());

let broker: Broker;
let server: ObservedServer;
let folder: string;
const clusters: ModuleCluster[] = [];
/** How many numbers of each id were written. */
let written: number;

beforeEach(async () => {
  written = 0;
  folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
  broker = await startBroker();
  await broker.createTopic("numbers", 4);
  for (const topic of ["export.moving.counter", "import.moving.counter", "moved"])
    await broker.createTopic(topic, 2);
  const egress = "moving/records";
  server = await serveOnNode(migratable(functions, { egress, topic: "moved" }));
});
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.stop();
  await server.close();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function writeNumbers(to = ids): Promise<void> {
  const numbers = Array.from({ length: each }, (_, index) => written + index + 1);
  const records = numbers.flatMap((n) =>
    to.map((key) => ({ topic: "numbers", key, value: JSON.stringify({ n }) })),
  );
  await write(broker.brokers, records);
  written += each;
}

async function start(
  release: Release,
  withNumbers: boolean,
  checkpoint?: string,
): Promise<ModuleCluster> {
  const { brokers } = broker;
  const yaml = movingModule(release, { brokers, url: server.url, withNumbers });
  const cluster = await startCluster(release, yaml, checkpoint);
  clusters.push(cluster);
  return cluster;
}

/** Until the group is behind the last record; then until two exports are the same, so that nothing is on its way to an instance. */
async function drained(assertRunning: () => void, of = ids): Promise<Uint8Array> {
  const { brokers } = broker;
  await untilTakenIn(brokers, group, "numbers", written * ids.length, assertRunning);
  let before = "";
  for (;;) {
    const bytes = await exported(program, brokers, of);
    const digest = digestOf(bytes);
    if (digest === before) return bytes;
    before = digest;
  }
}

const counted = (count: number, of = ids) => new Map(of.map((id) => [id, [count, 0]]));

/** Waits until the engine says so of each instance. */
async function untilCounted(runtime: Runtime, count: number): Promise<void> {
  const looks = () =>
    Promise.all(ids.map((id) => runtime.call(counter.at(id), Look.of({ look: true }))));
  const expected = ids.map(() => `${count}, 0 wrong`);
  await vi.waitFor(async () => expect(await looks()).toEqual(expected), { timeout: 60_000 });
}

/** Imports what a cluster gave into a new engine, which has no ingress yet. */
async function take(file: string, bytes: Uint8Array, count: number): Promise<void> {
  const runtime = await startEngine(file, broker.brokers, false);
  const summary = await runtime.import(new Blob([Uint8Array.from(bytes)]).stream());
  expect(summary).toMatchObject({ instances: ids.length, sha256: digestOf(bytes) });
  await untilCounted(runtime, count);
  await runtime.close();
}

it("counts of StateFun 3.3.0 go on in an engine of ours, and from there in another cluster", async () => {
  const { brokers } = broker;
  const first = await start(statefun330, true);
  await writeNumbers();
  const out = await drained(first.assertRunning);
  expect(countsIn(out)).toEqual(counted(10));
  await first.stop();

  // Written while nothing reads: the committed offsets of the group say where to go on.
  await writeNumbers();
  const file = join(folder, "engine.db");
  await take(file, out, 10);
  const runtime = await startEngine(file, brokers, true);
  await untilCounted(runtime, 20);
  await runtime.close();
  await untilTakenIn(brokers, group, "numbers", written * ids.length);
  const back = await backFrom(out, 20);

  await writeNumbers();
  // A cluster takes states before it counts: its ingress comes with a second start.
  const empty = await start(statefun330, false);
  await imported(program, brokers, back);
  const checkpoint = await empty.stopAtCheckpoint();
  const second = await start(statefun330, true, checkpoint);
  const end = await drained(second.assertRunning);
  expect(countsIn(end)).toEqual(counted(30));
  expect(second.restarts()).toBe(0);
});

it("counts of StateFun 2.2.2, whose module.yaml has the states, leave it, and others come to it", async () => {
  const { brokers } = broker;
  const cluster = await start(statefun222, true);
  await writeNumbers();
  const out = await drained(cluster.assertRunning);
  expect(countsIn(out)).toEqual(counted(10));
  await take(join(folder, "engine.db"), out, 10);
  // Instances that it does not have yet: nothing is written to the topic of their numbers until they are there.
  const others = ids.map((id) => `other ${id}`);
  const moved = await rewritten(out, (line) => ({ ...line, id: `other ${line.id}` }));
  await imported(program, brokers, moved);
  await writeNumbers(others);
  const end = await drained(cluster.assertRunning, others);
  expect(countsIn(end)).toEqual(counted(20, others));
  expect(cluster.restarts()).toBe(0);
});

/** The export of an engine in which each instance has this count. */
function backFrom(bytes: Uint8Array, count: number): Promise<Uint8Array> {
  const value = Buffer.from(int.encode(count)).toString("base64");
  const state = { type: int.typename, bytes: value };
  return rewritten(bytes, (line) => ({ ...line, states: { ...line.states, count: state } }));
}

/** An export with other instances. */
async function rewritten(
  bytes: Uint8Array,
  change: (line: InstanceLine) => InstanceLine,
): Promise<Uint8Array> {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n").slice(0, -1);
  const records = lines.map((line) => {
    const record = JSON.parse(line);
    return record.kind === "instance" ? change(record) : record;
  });
  return bytesOf(writeExport(records));
}
