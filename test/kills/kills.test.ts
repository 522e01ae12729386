import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { Child } from "./child.ts";
import type { Count } from "./functions.ts";
import { Sender } from "./sender.ts";

const kills = Number(process.env["STATEFUN_KILLS"] ?? 5);
const counters = 20;
const directory = mkdtempSync(join(tmpdir(), "statefun-kills-"));
const [store, records] = [join(directory, "store.db"), join(directory, "records")];

interface Known {
  readonly known: Readonly<Record<string, Count>>;
  readonly letters: readonly unknown[];
}

/**
 * One life under load. It is killed some time after it is ready or, now and then, before it is; and mostly in
 * the very moment of an acknowledgement, when what was acknowledged too early would be lost.
 */
async function killedLife(sender: Sender): Promise<void> {
  let isArmed = false;
  let isReady = (): void => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const child = new Child(store, records, (line) => {
    if (isArmed) child.kill();
    if (line === "ready") isReady();
    else sender.heard(line);
    for (const more of sender.more()) child.write(more);
  });
  for (const line of sender.unacknowledged()) child.write(line);
  if (Math.random() < 0.8) await Promise.race([ready, child.ended]);
  await setTimeout(Math.random() * 300);
  isArmed = Math.random() < 0.7;
  if (isArmed) await Promise.race([child.ended, setTimeout(1_000)]);
  child.kill();
  expect(await child.ended).toBe("SIGKILL");
}

/** The last life: it answers for everything, when it has done everything or after some time. */
async function answers(sender: Sender, isEnough: (known: Known) => boolean): Promise<Known> {
  // What was pending runs singly after a kill, thousands a second.
  const end = Date.now() + 90_000;
  let last: Known | undefined;
  const child = new Child(store, records, (line) => {
    if (line.startsWith("read ")) {
      last = JSON.parse(line.slice(5)) as Known;
      const isOver = (sender.isDone && isEnough(last)) || Date.now() > end;
      void setTimeout(20).then(() => child.write(isOver ? "end" : `read ${counters}`));
    } else if (line !== "ready") sender.heard(line);
  });
  for (const line of [...sender.unacknowledged(), `read ${counters}`]) child.write(line);
  expect(await child.ended).toBeNull();
  if (last === undefined) throw new Error("it did not answer");
  return last;
}

/** What each function must know when each number came once and in order. */
function expected(sent: readonly number[]): Record<string, Count> {
  const known: Record<string, Count> = {};
  sent.forEach((n, id) => {
    const all = { total: n, last: n, disorder: 0 };
    const tenth = Math.floor(n / 10);
    known[`kills/counter ${id}`] = known[`kills/tail ${id}`] = all;
    known[`kills/late ${id}`] = { total: tenth, last: tenth, disorder: 0 };
  });
  return known;
}

/** The numbers of each counter, as a receiver has them that drops the ids which it knows. */
function received(): number[][] {
  const numbers: number[][] = Array.from({ length: counters }, () => []);
  const ids = new Map<string, string>();
  for (const line of readFileSync(records, "utf8").split("\n")) {
    const [id = "", counter = "", n, ...others] = line.split(" ");
    if (n === undefined || others.length > 0) continue;
    const before = ids.get(id);
    // An id always means the same record.
    if (before !== undefined) expect(line).toBe(before);
    else numbers[Number(counter)]?.push(Number(n));
    ids.set(id, line);
  }
  return numbers;
}

afterAll(() => rmSync(directory, { recursive: true }));

it(`loses nothing that was acknowledged, and does nothing twice, over ${kills} kills`, {
  timeout: 120_000 + kills * 5_000,
}, async () => {
  const sender = new Sender(counters, 200);
  for (let kill = 0; kill < kills; kill++) await killedLife(sender);
  const want = expected(sender.sent);
  const isEnough = ({ known }: Known): boolean =>
    Object.entries(want).every(([name, { total }]) => (known[name]?.total ?? 0) >= total);
  const { known, letters } = await answers(sender, isEnough);
  expect(letters).toEqual([]);
  expect(known).toEqual(want);
  const all = sender.sent.map((n) => Array.from({ length: n }, (_, index) => index + 1));
  expect(received()).toEqual(all);
  expect(sender.isDone).toBe(true);
  // There was a load to be killed under.
  expect(sender.acknowledged).toBeGreaterThan(20 * kills);
  console.info(
    `${sender.acknowledged} messages over ${kills} kills, ${sender.duplicates} sent again`,
  );
});
