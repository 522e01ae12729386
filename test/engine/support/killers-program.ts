/**
 * `node --import from-source.ts killers-program.ts STORE`: sends three messages that kill the process, each in its own
 * way, and slow ones that harm nobody. Prints how long a call of somebody else took, and how it went once it lives that
 * long.
 */
import { setTimeout as wait } from "node:timers/promises";
import { int, StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

const functions = new StatefulFunctions();
const slow = functions.bind(
  "test/slow",
  { accepts: int, state: { total: { type: int, initial: 0 } } },
  async (context, ms) => {
    await wait(ms);
    context.state.total++;
  },
);
const quick = functions.bind("test/quick", { accepts: int, replies: int }, (context, value) => {
  context.reply(value);
});
const killer = functions.bind("test/killer", { accepts: string }, async (_, kind) => {
  if (kind === "exit") process.exit(7);
  if (kind === "timer") {
    setTimeout(() => {
      throw new Error("thrown from a timer");
    }, 300);
  }
  const held: unknown[] = [];
  while (kind === "memory") held.push(new Array(100_000).fill(held.length));
  await wait(20_000);
});

const [, , path = ""] = process.argv;
const since = performance.now();
const store = sqliteStore(path, { durability: "normal" });
const runtime = await createRuntime({ modules: [functions], store, onError: () => {} });
const once = { idempotencyKey: "once" };
const ids = Array.from({ length: 64 }, (_, index) => `${index}`);
const sent = [
  ...ids.map((id, index) => runtime.send(slow.at(id), index % 2 === 0 ? 0 : 600, once)),
  ...["exit", "timer", "memory"].map((kind) => runtime.send(killer.at(kind), kind, once)),
];
const opened = performance.now();
await runtime.call(quick.at(`${Math.random()}`), 1);
console.log(`called ${performance.now() - opened} ${opened - since}`);
await Promise.all(sent);
await runtime.idle();
const totals = await Promise.all(
  ids.map(async (id) => (await runtime.instance(slow.at(id))).state.total),
);
const letters = (await runtime.deadLetters.list()).map(({ address }) => address.id);
console.log(`done ${JSON.stringify({ totals, letters })}`);
await runtime.close();
