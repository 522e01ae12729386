import { readdirSync } from "node:fs";
import process from "node:process";
import { bytes, int, StatefulFunctions } from "statefun";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

/** `backup <folder>`: makes backups of a store under load, stops some, and starts from one. Says in a line of JSON what became of it. */
const [, , folder = ""] = process.argv;

function program() {
  const functions = new StatefulFunctions();
  const blob = bytes("test/blob");
  const held = functions.bind(
    "test/holder",
    { accepts: blob, state: { held: blob } },
    (context, value) => {
      context.state.held = value;
    },
  );
  const counter = functions.bind(
    "test/counter",
    { accepts: int, state: { count: { type: int, initial: 0 } } },
    (context, add) => {
      context.state.count += add;
    },
  );
  return { functions, held, counter };
}

async function open(path: string) {
  const { functions, held, counter } = program();
  const runtime = await createRuntime({ modules: [functions], store: sqliteStore(path) });
  return { runtime, held, counter };
}

const errorOf = (error: unknown) => String(error instanceof Error ? error.message : error);

const { runtime, held, counter } = await open(`${folder}/app.db`);
for (let n = 0; n < 300; n += 1) await runtime.send(held.at(String(n)), new Uint8Array(100_000));

const stop = new AbortController();
const reason = new Error("enough");
const [seen, running]: [number[], Promise<unknown>] = [
  [],
  runtime.backup(`${folder}/stopped.db`, {
    signal: stop.signal,
    onProgress({ copiedBytes, totalBytes }) {
      seen.push(copiedBytes / totalBytes);
      stop.abort(reason);
    },
  }),
];
const stopped = await running.then(() => "copied", errorOf);

let [isOver, sent, longestMs, last] = [false, 0, 0, performance.now()];
const ticks = setInterval(() => {
  longestMs = Math.max(longestMs, performance.now() - last);
  last = performance.now();
}, 1);
const load = (async () => {
  while (!isOver) {
    await runtime.send(counter.at("a"), 1);
    sent += 1;
  }
})();
while (sent < 10) await new Promise((resolve) => setTimeout(resolve, 1));
const acknowledged = sent;
const { bytes: size } = await runtime.backup(`${folder}/copy.db`);
const during = sent - acknowledged;
isOver = true;
await load;
clearInterval(ticks);
const again = await runtime.backup(`${folder}/copy.db`).then(() => "copied", errorOf);
const closing = runtime.backup(`${folder}/closing.db`).then(() => "copied", errorOf);
await new Promise((resolve) => setTimeout(resolve, 50));
await runtime.close();
const files = readdirSync(folder).filter((name) => !name.startsWith("app.db"));

const restored = await open(`${folder}/copy.db`);
await restored.runtime.idle();
const { count } = (await restored.runtime.instance(restored.counter.at("a"))).state;
const whole = (await restored.runtime.instance(restored.held.at("299"))).state.held?.length;
await restored.runtime.close();
const isWithin = count >= acknowledged && count <= sent;
const closed = await closing;
console.log(
  JSON.stringify({ stopped, seen, size, during, again, closed, files, isWithin, whole, longestMs }),
);
