/**
 * `node --import from-source.ts deadly-program.ts STORE`: sends twenty harmless messages and a deadly one, as
 * a sender does that repeats what was not acknowledged, and prints how it went, once it lives that long.
 */
import { setTimeout } from "node:timers/promises";
import { int, StatefulFunctions, string } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

const functions = new StatefulFunctions();
const options = { accepts: int, state: { total: { type: int, initial: 0 } } };
const harmless = functions.bind("test/harmless", options, async (context, amount) => {
  // Long enough to be running when the other one strikes.
  await setTimeout(3);
  context.state.total += amount;
});
const deadly = functions.bind("test/deadly", { accepts: string }, () => {
  process.kill(process.pid, "SIGKILL");
});

const [, , path = ""] = process.argv;
const store = sqliteStore(path, { durability: "normal" });
const runtime = await createRuntime({ modules: [functions], store, onError: () => {} });
const ids = Array.from({ length: 20 }, (_, index) => String(index));
await Promise.all([
  ...ids.map((id) => runtime.send(harmless.at(id), 1, { idempotencyKey: "once" })),
  runtime.send(deadly.at("1"), "strike", { idempotencyKey: "once" }),
]);
await runtime.idle();
const totals = await Promise.all(
  ids.map(async (id) => (await runtime.instance(harmless.at(id))).state.total),
);
const letters = (await runtime.deadLetters.list()).map(({ address, error, attempts }) => ({
  typename: address.typename,
  code: error.code,
  reason: error.message,
  attempts,
}));
console.log(JSON.stringify({ totals, letters }));
await runtime.close();
