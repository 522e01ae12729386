import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { functions } from "../engine-app.ts";
import { common, fillStore, gone, idOf, rare } from "../filled-store.ts";
import { aim, heading, ratio, table, time } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const sizes = [10_000, 100_000, 1_000_000];
const rounds = 31;
const mostMs = 5;

const encoded = encodeURIComponent;

/** What operators read, in a runtime of such a size. Those that go through all are for information. */
const lists: readonly (readonly [
  name: string,
  isPaged: boolean,
  path: (size: number) => string,
])[] = [
  ["instances with a state", true, () => `instances/${common}`],
  ["the same by prefix", true, (size) => `instances/${common}?prefix=${prefixIn(size)}`],
  ["the same from the middle", true, (size) => `instances/${common}?after=~${idOf(size / 2)}`],
  ["instances with a message", true, () => `instances/${gone}`],
  ["the same by prefix", true, (size) => `instances/${gone}?prefix=${prefixIn(size)}`],
  ["those that wait", true, () => `instances/${gone}?is=waiting`],
  ["those that stand still", true, () => `instances/${gone}?is=troubled`],
  ["timers", true, () => "timers"],
  ["timers of a rare function", true, () => `timers?function=${encoded(rare)}`],
  ["timers of a function without any", true, () => "timers?function=bench%2Fhop"],
  ["dead letters", true, () => "dead-letters"],
  ["the newest", true, () => "dead-letters?order=newest"],
  ["those of a rare function", true, () => `dead-letters?function=${encoded(rare)}`],
  ["the newest of it", true, () => `dead-letters?function=${encoded(rare)}&order=newest`],
  ["one instance", true, (size) => `instances/${gone}/${idOf(size / 2)}`],
  ["counts (/metrics)", true, () => "/metrics"],
  ["the worst troubles", false, () => "troubles"],
  ["dead letters by a code that none has", false, () => "dead-letters?code=busy"],
  ["groups of dead letters", false, () => "dead-letters/groups"],
];

function prefixIn(size: number): string {
  return idOf(Math.floor(size / 200) * 100).slice(0, 5);
}

async function opened(folder: string, size: number): Promise<Runtime> {
  const store = sqliteStore(join(folder, `${size}.db`), { durability: "normal" });
  await fillStore(store, size);
  return createRuntime({
    modules: [functions],
    store,
    onError: () => {},
    http: { admin: { authenticate: () => ({ who: "bench", role: "read" }) } },
  });
}

async function timed(runtime: Runtime, path: string): Promise<number> {
  const url = `http://bench${path.startsWith("/") ? "" : "/admin/"}${path}`;
  const started = performance.now();
  const response = await runtime.fetch(new Request(url));
  await response.arrayBuffer();
  const took = performance.now() - started;
  if (response.status !== 200) throw new Error(`${path} was answered with ${response.status}`);
  return took;
}

heading(
  "Lists of operators",
  "Pages of 100 over HTTP in process, of a file with so many instances with a state, instances with a message that waits, timers and dead letters. The first page of the",
  "instances with messages puts them in order, in turns of 5 ms; then it is the median of the pages after. The last rows go through all that there is, in turns as well.",
);
const folder = mkdtempSync(join(tmpdir(), "statefun-lists-"));
const runtimes: Runtime[] = [];
for (const size of sizes) runtimes.push(await opened(folder, size));
const rows: string[][] = [];
for (const [name, isPaged, path] of lists) {
  const firsts: number[] = [];
  for (const [at, runtime] of runtimes.entries()) {
    firsts.push(await timed(runtime, path(sizes[at] ?? 0)));
  }
  const found = sizes.map((): number[] => []);
  for (let round = 0; round < (isPaged ? rounds : 3); round += 1) {
    for (const [at, runtime] of runtimes.entries()) {
      found[at]?.push(await timed(runtime, path(sizes[at] ?? 0)));
    }
  }
  const largest = found.at(-1) ?? [];
  const growth = found[0]?.map((ms, round) => (largest[round] ?? Number.NaN) / ms) ?? [];
  const medians = found.map((all) => spreadOf(all).median);
  rows.push([
    name,
    time(firsts.at(-1) ?? Number.NaN),
    ...medians.map(time),
    ratio(spreadOf(growth)),
    isPaged
      ? aim(
          `≤ ${mostMs} ms`,
          medians.every((median) => median <= mostMs),
        )
      : "",
  ]);
}
table(["", "the first of 10⁶", "10⁴", "10⁵", "10⁶", "10⁶ ÷ 10⁴", "aim"], rows);
for (const runtime of runtimes) await runtime.close({ drainMs: 0 });
rmSync(folder, { recursive: true });
