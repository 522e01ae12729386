import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Broker, startBroker } from "./broker.ts";
import { Child, type Report } from "./child.ts";
import { targetDir } from "./class-path.ts";
import { keysOf, outTopic } from "./counting.ts";
import { type Read, read, visit, write } from "./topics.ts";

const count = Number(process.env["STATEFUN_RECORDS"] ?? 6_000);
const keys = keysOf(20);
const each = Math.ceil(count / keys.length);
let broker: Broker;
let folder: string;

beforeAll(async () => {
  broker = await startBroker();
  folder = mkdtempSync(join(targetDir, "trouble-"));
});
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

const numbered = (topic: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index + 1).flatMap((n) =>
    keys.map((key) => ({ topic, key, value: JSON.stringify({ n }) })),
  );

const seenBy = ({ counts }: Report): number => counts.reduce((sum, { seen = 0 }) => sum + seen, 0);

async function until(child: Child, enough: (report: Report) => boolean): Promise<Report> {
  const end = Date.now() + 60_000 + count * 2;
  for (;;) {
    const report = await child.report();
    if (enough(report)) return report;
    if (Date.now() > end)
      throw new Error(`not in time: ${JSON.stringify(report)} ${child.errors.slice(-5)}`);
    await setTimeout(50);
  }
}

it("loses nothing, doubles nothing, and keeps the order of each key, whatever ends or comes and goes", {
  timeout: 180_000 + count * 5,
}, async () => {
  await broker.createTopic("numbers", 4);
  await broker.createTopic(outTopic, 3);
  const start = () =>
    new Child([join(folder, "one.db"), broker.brokers, "one", "numbers", String(keys.length)]);
  const part = Math.ceil(each / 5);
  let child = start();

  // Killed in the middle, several times.
  await write(broker.brokers, numbered("numbers", 0, part));
  for (let lives = 0; lives < 3; lives++) {
    await until(child, (report) => seenBy(report) > (lives * part * keys.length) / 4);
    await child.kill();
    child = start();
  }
  // Somebody else comes and goes.
  await until(child, (report) => seenBy(report) > 0);
  const [visited] = await Promise.all([
    visit(broker.brokers, "one", "numbers"),
    write(broker.brokers, numbered("numbers", part, 2 * part)),
  ]);
  expect(visited).toBeGreaterThan(0);
  await write(broker.brokers, numbered("numbers", 2 * part, 3 * part));
  await until(child, (report) => seenBy(report) > 2.2 * part * keys.length);
  // The broker goes away and comes back.
  await broker.restart();
  await write(broker.brokers, numbered("numbers", 3 * part, 4 * part));
  // Killed while the broker is away.
  await until(child, (report) => seenBy(report) > 3.2 * part * keys.length);
  await broker.kill();
  await child.kill();
  child = start();
  await setTimeout(1_000);
  await broker.start();
  await write(broker.brokers, numbered("numbers", 4 * part, 5 * part));

  const all = 5 * part;
  const { counts } = await until(child, (report) => seenBy(report) >= all * keys.length);
  expect(counts).toEqual(keys.map(() => ({ last: all, seen: all, early: 0, again: 0 })));
  // Out it goes at least once, and in order: without repetitions of what was there, each key counts up.
  const ids = new Set<string>();
  const firsts = new Map<string, number[]>(keys.map((key) => [key, []]));
  const note = ({ key = "", value, headers }: Read): boolean => {
    const id = headers.find(([name]) => name === "statefun-id")?.[1] ?? "";
    if (!ids.has(id)) firsts.get(key)?.push(Number(value));
    ids.add(id);
    return ids.size >= all * keys.length;
  };
  await read(broker.brokers, outTopic, note, 30_000 + count);
  for (const key of keys) {
    expect(firsts.get(key)).toEqual(Array.from({ length: all }, (_, index) => index + 1));
  }
  expect(await child.end()).toBe(0);
});
