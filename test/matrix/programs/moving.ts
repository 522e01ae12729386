import { createReadStream, readdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { int, StatefulFunctions } from "statefun";
import { createRuntime, type ImportProgress, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";

/** `moving <folder>`: moves an application from one file to another and on, with an import that is stopped. Says in a line of JSON what became of it. */
const [, , folder = ""] = process.argv;
const instances = 1_500;

const functions = new StatefulFunctions();
const counter = functions.bind(
  "test/counter",
  { accepts: int, replies: int, state: { count: { type: int, initial: 0 } } },
  (context, add) => {
    context.state.count += add;
    if (add === 2) context.sendAfter(3_600_000, counter.at(context.self.id), 0);
    if (context.caller !== undefined) context.reply(context.state.count);
  },
);

const open = (name: string): Promise<Runtime> =>
  createRuntime({ modules: [functions], store: sqliteStore(`${folder}/${name}`) });

/** Without its header, which has the time. */
async function exportTo(runtime: Runtime, name: string): Promise<string> {
  const text = await new Response(runtime.export()).text();
  writeFileSync(`${folder}/${name}`, text);
  return text.slice(text.indexOf("\n") + 1);
}

const first = await open("first.db");
const sends: Promise<unknown>[] = [];
for (let n = 0; n < instances; n++) {
  const options = n % 3 === 0 ? { idempotencyKey: `key-${n}` } : {};
  sends.push(first.send(counter.at(String(n)), 1 + (n % 2), options));
}
await Promise.all(sends);
await first.idle();
const source = await exportTo(first, "first.ndjson");
await first.close();

const phases = new Set<ImportProgress["phase"]>();
const second = await open("second.db");
const summary = await second.import(createReadStream(`${folder}/first.ndjson`), {
  onProgress: ({ phase }) => void phases.add(phase),
});
const isEqual = (await exportTo(second, "second.ndjson")) === source;
await second.close();

const stop = new AbortController();
const third = await open("third.db");
const stopped = await third
  .import(createReadStream(`${folder}/second.ndjson`), {
    signal: stop.signal,
    onProgress: ({ phase }) => phase === "write" && stop.abort(new Error("enough")),
  })
  .then(() => "imported", String);
await third.close();
const resumed = await open("third.db");
const { isDuplicate } = await resumed.import(createReadStream(`${folder}/second.ndjson`));
const isEqualAgain = (await exportTo(resumed, "third.ndjson")) === source;
const known = await resumed.send(counter.at("0"), 1, { idempotencyKey: "key-0" });
const count = await resumed.call(counter.at("1"), 1);
const { timers } = await resumed.instance(counter.at("1"));
await resumed.close();

console.log(
  JSON.stringify({
    ...{ summary, phases: [...phases], isEqual, stopped, isDuplicate, isEqualAgain },
    ...{ known: known.duplicate, count, timers: timers.length },
    files: readdirSync(folder).sort(),
  }),
);
