import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { bytes, int, NonRetryableError, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 5;
const sliceMs = 1_000;
const letters = 1_000;

const blob = bytes("bench/blob");
const functions = new StatefulFunctions();
const failing = functions.bind("bench/failing", { accepts: blob }, () => {
  throw new NonRetryableError("too large");
});
const state = { a: { type: blob }, b: { type: blob }, c: { type: blob } };
const holder = functions.bind(
  "bench/holder",
  { accepts: [blob, int], state },
  async (context, given) => {
    if (given.is(blob)) await new Promise<void>(() => {});
    context.state.a = context.state.b = context.state.c = new Uint8Array(15_000_000);
  },
);
const echo = functions.bind("bench/echo", { accepts: int, replies: int }, (context, n) => {
  if (context.caller !== undefined) context.reply(n);
});

const folder = mkdtempSync(join(tmpdir(), "statefun-looks-"));
const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(join(folder, "app.db"), { durability: "normal" }),
  http: { admin: { authenticate: "none" } },
  timeoutMs: 3_600_000,
  onError: () => {},
});
for (let n = 0; n < letters; n += 1) {
  await runtime.send(failing.at("1"), blob.of(new Uint8Array(400_000).fill(n)));
}
await runtime.send(holder.at("1"), int.of(1));
await runtime.idle();
for (let n = 0; n < 15; n += 1) {
  await runtime.send(holder.at("1"), blob.of(new Uint8Array(4_000_000).fill(n)));
}

const get = async (path: string) =>
  (await runtime.fetch(new Request(`http://x/admin/${path}`))).arrayBuffer();
const looks: Record<string, () => Promise<unknown>> = {
  nobody: () => setTimeout(10),
  "who lists dead letters of 400 kB": () =>
    get(`dead-letters?after=${Math.random() > 0.5 ? 0 : 900}`),
  "who looks at an instance of 105 MB": () => get("instances/bench/holder/1"),
  "who loads a state of 15 MB": () => get("value?of=state&function=bench%2Fholder&id=1&name=b"),
};

interface Slice {
  readonly callsPerSecond: number;
  readonly slowestMs: number;
  readonly rss: number;
}

/** Calls one after the other while somebody looks again and again. */
async function slice(look: () => Promise<unknown>): Promise<Slice> {
  const end = performance.now() + sliceMs;
  const looking = (async () => {
    while (performance.now() < end) await look();
  })();
  let [calls, slowestMs, rss] = [0, 0, 0];
  while (performance.now() < end) {
    const from = performance.now();
    await runtime.call(echo.at("1"), 1);
    slowestMs = Math.max(slowestMs, performance.now() - from);
    rss = Math.max(rss, process.memoryUsage.rss());
    calls += 1;
  }
  await looking;
  return { callsPerSecond: calls / (sliceMs / 1_000), slowestMs, rss };
}

heading(
  "Looking at what is large",
  `${letters} dead letters of 400 kB, and an instance with 45 MB of state and 60 MB waiting, in a SQLite file. One caller, while one operator asks again and again.`,
);
const all = new Map<string, Slice[]>(Object.keys(looks).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, look] of Object.entries(looks)) all.get(name)?.push(await slice(look));
}
const calls = (name: string) => all.get(name)?.map(({ callsPerSecond }) => callsPerSecond) ?? [];
const quiet = calls("nobody");
table(
  ["who looks", "calls a second", "÷ nobody", "slowest call", "RSS at most"],
  [...all].map(([name, slices]) => [
    name,
    digits(spreadOf(calls(name)).median),
    ratio(spreadOf(calls(name).map((one, round) => one / (quiet[round] ?? Number.NaN)))),
    `${digits(spreadOf(slices.map(({ slowestMs }) => slowestMs)).median)} ms`,
    `${digits(Math.max(...slices.map(({ rss }) => rss)) / 2 ** 20)} MiB`,
  ]),
);
const slowest = (name: string) =>
  spreadOf((all.get(name) ?? []).map(({ slowestMs }) => slowestMs)).median;
const delayed = Math.max(...[...all.keys()].map(slowest)) - slowest("nobody");
const said = "the slowest call is at most 50 ms slower than while nobody looks";
console.log(`${aim(said, delayed <= 50)}\n`);
await runtime.close({ drainMs: 0 });
rmSync(folder, { recursive: true });
process.exit(0);
