import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migratable } from "statefun/migration";
import type { Runtime } from "statefun/runtime";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
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

async function writeNumbers(): Promise<void> {
  const numbers = Array.from({ length: each }, (_, index) => written + index + 1);
  const records = numbers.flatMap((n) =>
    ids.map((key) => ({ topic: "numbers", key, value: JSON.stringify({ n }) })),
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
async function drained(assertRunning: () => void): Promise<Uint8Array> {
  const { brokers } = broker;
  await untilTakenIn(brokers, group, "numbers", written * ids.length, assertRunning);
  let before = "";
  for (;;) {
    const bytes = await exported(program, brokers, ids);
    const digest = digestOf(bytes);
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

/** Imports what a cluster gave into a new engine, which has no ingress yet. */
async function take(file: string, bytes: Uint8Array, count: number): Promise<void> {
  const runtime = await startEngine(file, broker.brokers, false);
  const summary = await runtime.import(new Blob([Uint8Array.from(bytes)]).stream());
  expect(summary).toMatchObject({ instances: ids.length, sha256: digestOf(bytes) });
  await untilCounted(runtime, count);
  await runtime.close();
}

/** What the engine has, after it was closed. It does nothing meanwhile. */
async function give(file: string): Promise<Uint8Array> {
  const runtime = await startEngine(file, broker.brokers, false, { paused: true });
  const bytes = await bytesOf(runtime.export());
  await runtime.close();
  return bytes;
}

/** A cluster of a release that has the states of an export, and goes on to count. */
const arrivals = {
  // Its ingress comes with a second start: a cluster takes states before it counts.
  v3: async (release: Release, bytes: Uint8Array): Promise<ModuleCluster> => {
    const empty = await start(release, false);
    await imported(program, broker.brokers, bytes);
    const checkpoint = await empty.stopAtCheckpoint();
    return await start(release, true, checkpoint);
  },
  // It is not started anew with other ingresses. Nothing is written to the topic before all is there.
  v2: async (release: Release, bytes: Uint8Array): Promise<ModuleCluster> => {
    const cluster = await start(release, true);
    await imported(program, broker.brokers, bytes);
    return cluster;
  },
};

it.each([
  ["3.3.0", statefun330],
  ["2.2.2", statefun222],
])(
  "counts of StateFun %s go on in an engine of ours, and from there in another cluster",
  async (_, release) => {
    const { brokers } = broker;
    const first = await start(release, true);
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
    // It has committed them before it was closed.
    await untilTakenIn(brokers, group, "numbers", written * ids.length, () => {
      throw new Error("a closed engine has not committed what it has read");
    });
    const back = await give(file);
    expect(countsIn(back)).toEqual(counted(20));

    const second = await arrivals[release.wire](release, back);
    await writeNumbers();
    const end = await drained(second.assertRunning);
    expect(countsIn(end)).toEqual(counted(30));
    expect(second.restarts()).toBe(0);
  },
);
