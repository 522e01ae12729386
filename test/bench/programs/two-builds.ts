import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A build is given by the URL of its `dist`. */
type Build = readonly [
  index: typeof import("statefun"),
  runtime: typeof import("statefun/runtime"),
  sqlite: typeof import("statefun/sqlite"),
];

export interface TwoBuildsOrder {
  readonly kind: "memory" | "normal";
  /** Those whose figures are divided: the first by the second. */
  readonly urls: readonly [string, string];
  readonly rounds: number;
  readonly messages: number;
}

/** What one side did in one round: messages a millisecond, and a microsecond of CPU. */
interface Load {
  readonly perMs: number;
  readonly perCpu: number;
}

/** Both in one round. */
export type Pair = readonly [own: Load, other: Load];

const inFlight = 1_000;
const warmUp = 10;

async function sideOf(url: string, kind: TwoBuildsOrder["kind"]) {
  const files = ["index.js", "runtime.js", "sqlite.js"];
  const [index, runtimes, sqlite] = (await Promise.all(
    files.map((file) => import(new URL(file, url).href)),
  )) as unknown as Build;
  const functions = new index.StatefulFunctions("bench");
  const state = { count: { type: index.int, initial: 0 } };
  const options = { accepts: index.int, state };
  const counter = functions.bind("bench/counter", options, (context, by) => {
    context.state.count += by;
  });
  const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
  const store =
    kind === "memory"
      ? runtimes.memoryStore()
      : sqlite.sqliteStore(join(folder, "app.db"), { durability: "normal" });
  const runtime = await runtimes.createRuntime({ modules: [functions], store });
  const addresses = Array.from({ length: 10_000 }, (_, at) => counter.at(`id-${at}`));
  let next = 0;
  return {
    async load(messages: number): Promise<Load> {
      const end = next + messages;
      const client = async (): Promise<void> => {
        while (next < end) {
          const address = addresses[Math.imul(next++, 7_919) % addresses.length];
          if (address !== undefined) await runtime.send(address, 1);
        }
      };
      const [cpu, started] = [process.cpuUsage(), performance.now()];
      await Promise.all(Array.from({ length: inFlight }, client));
      const ms = performance.now() - started;
      const { user, system } = process.cpuUsage(cpu);
      next = end;
      return { perMs: messages / ms, perCpu: messages / (user + system) };
    },
    async end() {
      await runtime.close({ drainMs: 0 });
      rmSync(folder, { recursive: true });
    },
  };
}

async function compare({ kind, urls, rounds, messages }: TwoBuildsOrder): Promise<Pair[]> {
  const [one, other] = [await sideOf(urls[0], kind), await sideOf(urls[1], kind)];
  const pairs: Pair[] = [];
  for (let round = -warmUp; round < rounds; round += 1) {
    // In an order that turns around: what one leaves to collect is not always the other's burden.
    const isTurned = round % 2 !== 0;
    const early = await (isTurned ? other : one).load(messages);
    const late = await (isTurned ? one : other).load(messages);
    if (round >= 0) pairs.push(isTurned ? [late, early] : [early, late]);
  }
  await one.end();
  await other.end();
  return pairs;
}

process.once("message", async (order: TwoBuildsOrder) => {
  process.send?.(await compare(order));
  process.disconnect();
});
