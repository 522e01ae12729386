import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startProcess } from "../matrix/server-process.ts";
import { meant } from "./client.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "statefun-looks-"));
const count = 1_000;
const mib = 2 ** 20;
let url = "";
let close: () => Promise<void>;

beforeAll(async () => {
  const from = ["--expose-gc", "--import", local("../docs/from-source.ts")];
  const start = (letters: number) => {
    const args = [...from, local("large-program.ts"), join(directory, "store.db"), `${letters}`];
    return startProcess({ command: process.execPath, args });
  };
  // What is measured has its memory for itself.
  await (await start(count)).close();
  const started = await start(0);
  url = started.url;
  close = () => started.close();
}, 180_000);
afterAll(async () => {
  await close?.();
  rmSync(directory, { recursive: true });
});

interface Stats {
  readonly rss: number;
  readonly peak: number;
  /** The longest work of the thread between two looks at the clock, a millisecond apart. */
  readonly turnMs: number;
  /** The most bytes that the store gave in one turn of the event loop. */
  readonly mostBytes: number;
  /** The work for one value of 15 MB, measured beside it. */
  readonly unitMs: number;
  /** The longest delay of its event loop: other processes count too. */
  readonly delayMs: number;
}

const stats = async (): Promise<Stats> => (await fetch(`${url}/stats`)).json();

/** What looking costs: memory above what was there before, and how long the thread was held. */
async function cost(name: string, look: () => Promise<void>): Promise<void> {
  await stats();
  const before = await stats();
  const delays: number[] = [];
  let isOver = false;
  const pings = (async () => {
    while (!isOver) {
      const from = performance.now();
      const headers = { prefer: "wait=20", "content-type": "application/json" };
      const init = { method: "POST", headers, body: "1" };
      await (await fetch(`${url}/functions/large/echo/1`, init)).text();
      delays.push(performance.now() - from);
    }
  })();
  const from = performance.now();
  await look();
  const took = performance.now() - from;
  isOver = true;
  await pings;
  const { peak, turnMs, delayMs, mostBytes, unitMs } = await stats();
  const turns = turnMs / Math.max(unitMs, before.unitMs);
  const grown = (peak - before.rss) / mib;
  delays.sort((left, right) => left - right);
  console.info(
    `${name}: ${took.toFixed(0)} ms, at most ${(mostBytes / mib).toFixed(1)} MiB in a turn, longest turn ${turnMs.toFixed(0)} ms = ${turns.toFixed(1)} values (delay ${delayMs.toFixed(0)} ms), slowest of ${delays.length} calls ${delays.at(-1)?.toFixed(0)} ms, ${grown.toFixed(0)} MiB more at its peak`,
  );
  expect(grown).toBeLessThan(150);
  expect(mostBytes).toBeLessThan(2.5 * mib);
  // Two of them, and what the collector of memory does: without bounds it was dozens.
  expect(turns).toBeLessThan(5);
}

const read = async (path: string) => {
  const response = await fetch(`${url}/admin/${path}`);
  const text = await response.text();
  expect(response.status, text.slice(0, 500)).toBe(200);
  expect(text.length).toBeLessThan(1_050_000);
  return JSON.parse(text);
};

describe("an application with much to look at", { timeout: 120_000 }, () => {
  it("works a little when nobody looks", async () => {
    await cost("nothing", async () => setTimeout(1_000));
  });

  it("lists its dead letters page by page", async () => {
    const ids = new Set<string>();
    await cost("1,000 dead letters of 400 kB, listed", async () => {
      for (let after = "0"; ; ) {
        const { deadLetters, next } = await read(`dead-letters?limit=1000&after=${after}`);
        if (deadLetters.length === 0) break;
        for (const { id, message } of deadLetters) {
          ids.add(id);
          expect(message.size).toBe(400_000);
        }
        after = next;
      }
    });
    expect(ids.size).toBe(count);
  });

  it("shows an instance of 100 MB", async () => {
    await cost("an instance with 45 MB of state and 60 MB waiting", async () => {
      const page = await read("instances/large/holder/1");
      expect(Object.keys(page.state)).toEqual(["a", "b", "c"]);
      expect(page.mailboxLength).toBe(15);
      const rest = await read(`instances/large/holder/1?after=${page.next}`);
      expect(page.mailbox.length + rest.mailbox.length).toBe(15);
    });
  });

  it("gives values by themselves, to several at one time", async () => {
    await cost("a state of 15 MB, ten times at once", async () => {
      const query = "value?of=state&function=large%2Fholder&id=1&name=b";
      const sizes = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const response = await fetch(`${url}/admin/${query}`);
          return (await response.arrayBuffer()).byteLength;
        }),
      );
      expect(sizes).toEqual(Array.from({ length: 10 }, () => 15_000_000));
    });
  });

  it("replays and discards its dead letters", async () => {
    const { deadLetters } = await read("dead-letters?limit=40");
    const ids: string[] = deadLetters.map(({ id }: { id: string }) => id);
    await cost("20 replayed and 20 discarded", async () => {
      for (const [index, id] of ids.entries()) {
        const isReplay = index % 2 === 0;
        const path = `${url}/admin/dead-letters/${id}${isReplay ? "/replay" : ""}`;
        const init = { method: isReplay ? "POST" : "DELETE", headers: meant };
        expect((await fetch(path, init)).status).toBe(200);
      }
    });
  });
});
