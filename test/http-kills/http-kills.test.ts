import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { type Life, startLife } from "./life.ts";
import { countOf, deadLetters, follow, type Read, readAll } from "./readers.ts";
import { type Progress, sendAll } from "./sender.ts";

const kills = Number(process.env["STATEFUN_KILLS"] ?? 3);
const messages = Number(process.env["STATEFUN_MESSAGES"] ?? 1_000 * kills);
/** Each has one message on its way: so many are open at one time. */
const senders = 100;
const each = Math.ceil(messages / senders);
const ids = Array.from({ length: senders }, (_, index) => `sender-${index}`);

const directory = mkdtempSync(join(tmpdir(), "statefun-http-kills-"));
let life: Life | undefined;
afterAll(async () => {
  await life?.kill().catch(() => {});
  rmSync(directory, { recursive: true });
});

/** Kills the server and starts it again, at random but over all of the load; now and then twice in a row. */
async function killAgainAndAgain(
  start: (port: number) => Life,
  port: number,
  progress: Progress,
): Promise<void> {
  const all = each * senders;
  for (let kill = 0; kill < kills; kill++) {
    const isEarly = kill > 0 && Math.random() < 0.2;
    // The last one falls while there is still a load.
    const until = (all * 0.95 * (kill + Math.random())) / kills;
    while (!isEarly && progress.acknowledged < until) await setTimeout(1);
    if (isEarly) await setTimeout(Math.random() * 400);
    await life?.kill();
    life = start(port);
    if (Math.random() < 0.7) await life.port;
  }
}

/** What a counter, its tail and its timers must know when each number came once and in order. */
const once = (count: number) => ({ total: count, last: count, disorder: 0 });

function numbersOf(records: readonly Read[], id: string): number[] {
  return records.filter(({ from }) => from.id === id).map(({ value }) => value);
}

// Without credentials no `Request` is made of a message.
const ways = [["with credentials"], ["open"]] as const;

it.each(ways)(
  `loses nothing that was acknowledged over HTTP, and does nothing twice, over ${kills} kills: %s`,
  {
    timeout: 60_000 + messages * 5,
  },
  async (way) => {
    await life?.kill();
    const start = (port: number) => startLife(join(directory, `${way}.db`), port, way);
    life = start(0);
    const port = (await life.port) ?? 0;
    const url = `http://127.0.0.1:${port}`;
    const progress: Progress = { acknowledged: 0, repeated: 0, duplicates: 0 };
    const over = new AbortController();
    const followed = follow(url, over.signal);
    const started = performance.now();
    await Promise.all([
      killAgainAndAgain(start, port, progress),
      ...ids.map((id) => sendAll(url, id, each, progress)),
    ]);
    const seconds = (performance.now() - started) / 1_000;
    const known = (typename: string) => Promise.all(ids.map((id) => countOf(url, typename, id)));
    const all = (count: number) => ids.map(() => once(count));
    await expect
      .poll(() => known("kills/late"), { timeout: 30_000 })
      .toEqual(all(Math.floor(each / 10)));
    expect(await known("kills/counter")).toEqual(all(each));
    expect(await known("kills/tail")).toEqual(all(each));
    expect(await deadLetters(url)).toEqual([]);

    const records = await readAll(url);
    expect(records.length).toBe(each * senders);
    expect(new Set(records.map(({ id }) => id)).size).toBe(each * senders);
    const numbers = Array.from({ length: each }, (_, index) => index + 1);
    for (const id of ids) expect(numbersOf(records, id)).toEqual(numbers);
    // Whoever read along saw each of them once, and nothing that a kill took back.
    await setTimeout(300);
    over.abort();
    expect((await followed).map(({ id }) => id)).toEqual(records.map(({ id }) => id));
    expect(progress.acknowledged).toBe(each * senders);
    // There was a load to be killed under.
    expect(progress.repeated).toBeGreaterThan(kills);
    console.info(
      `${progress.acknowledged} messages over HTTP and ${kills} kills in ${seconds.toFixed(1)} s: ${progress.repeated} sent again, ${progress.duplicates} of them known already`,
    );
  },
);
