/**
 * `node --expose-gc --import from-source.ts large-program.ts STORE LETTERS`: an application whose operators have much to
 * look at: dead letters of 400 kB, and an instance with 60 MB waiting and 45 MB of state. `/stats` says what looking cost.
 * With 0 letters it goes on with what an earlier process has stored.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import process from "node:process";
import { StatementSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { bytes, int, NonRetryableError, StatefulFunctions } from "statefun";
import { serve } from "statefun/node";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { digestOf } from "../../src/engine/ingress/payload-digest.ts";

let turnBytes = 0;
let mostBytes = 0;
let isCounting = false;
/** What the store gives is counted until the event loop has gone round. */
StatementSync.prototype.all = new Proxy(StatementSync.prototype.all, {
  apply(all, statement, parameters) {
    const rows: readonly object[] = Reflect.apply(all, statement, parameters);
    for (const value of rows.flatMap((row): unknown[] => Object.values(row))) {
      if (value instanceof Uint8Array) turnBytes += value.length;
    }
    mostBytes = Math.max(mostBytes, turnBytes);
    if (!isCounting) setImmediate(nextTurn);
    isCounting = true;
    return rows;
  },
});
function nextTurn(): void {
  turnBytes = 0;
  isCounting = false;
}

const [, , path = "", letters = "1000"] = process.argv;
const functions = new StatefulFunctions();
const failing = functions.bind("large/failing", { accepts: bytes("large/blob") }, () => {
  throw new NonRetryableError("too large to handle");
});
const blob = bytes("large/blob");
/** Never opens. */
const gate = new Promise<void>(() => {});
const holder = functions.bind(
  "large/holder",
  { accepts: [blob, int], state: { a: { type: blob }, b: { type: blob }, c: { type: blob } } },
  async (context, message) => {
    if (message.is(blob)) return void (await gate);
    const value = new Uint8Array(15_000_000).fill(message.as(int));
    context.state.a = context.state.b = context.state.c = value;
  },
);
const echo = functions.bind("large/echo", { accepts: int, replies: int }, (context, n) => {
  if (context.caller !== undefined) context.reply(n);
});

const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(path, { durability: "normal" }),
  http: { expose: [echo], authenticate: "none", admin: { authenticate: "none" } },
  timeoutMs: 600_000,
  onError: () => {},
});
for (let n = 0; n < Number(letters); n++) {
  await runtime.send(failing.at("1"), blob.of(new Uint8Array(400_000).fill(n)));
}
if (Number(letters) > 0) {
  await runtime.send(holder.at("1"), int.of(7));
  await runtime.idle();
  for (let n = 0; n < 15; n++) {
    await runtime.send(holder.at("1"), blob.of(new Uint8Array(4_000_000).fill(n)));
  }
}

const delay = monitorEventLoopDelay({ resolution: 1 });
let peak = 0;
let turnMs = 0;
let cpu = process.threadCpuUsage();
/** Between two turns of a timer: what the thread itself has worked, whatever else the machine does. */
const watch = setInterval(() => {
  const { user, system } = process.threadCpuUsage(cpu);
  cpu = process.threadCpuUsage();
  turnMs = Math.max(turnMs, (user + system) / 1_000);
  peak = Math.max(peak, process.memoryUsage.rss());
}, 1);
const value = { typename: "large/value", bytes: new Uint8Array(15_000_000), headers: [] };
/** What the thread works for one value of 15 MB, here and now. */
const unit = (): number => {
  const before = process.threadCpuUsage();
  digestOf(value);
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
};
const stats = async (): Promise<Response> => {
  const said = {
    rss: process.memoryUsage.rss(),
    peak,
    turnMs,
    delayMs: delay.max / 1e6,
    mostBytes,
  };
  const unitMs = unit();
  (globalThis as { gc?: () => void }).gc?.();
  // The collection and the unit are not what is measured.
  await setTimeout(50);
  peak = process.memoryUsage.rss();
  turnMs = mostBytes = 0;
  delay.reset();
  delay.enable();
  return Response.json({ ...said, unitMs });
};
const server = await serve({
  port: 0,
  fetch: async (request) =>
    request.url.endsWith("/stats") ? stats() : await runtime.fetch(request),
});
process.on("SIGTERM", async () => {
  clearInterval(watch);
  await runtime.close({ drainMs: 0 });
  await server.close();
  process.exit(0);
});
console.log(JSON.stringify({ port: server.port }));
