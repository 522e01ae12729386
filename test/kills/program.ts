/**
 * `node --import from-source.ts program.ts STORE RECORDS`: takes `send COUNTER N` lines and acknowledges each by
 * `ack COUNTER N` once it is safe; on `read` it prints what every function knows, on `end` it closes.
 */
import { createInterface } from "node:readline";
import { createRuntime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { type Count, killsFunctions, writtenTo } from "./functions.ts";

const [, , path = "", records = ""] = process.argv;
const { functions, counter, tail, late } = killsFunctions();
const runtime = await createRuntime({
  modules: [functions],
  store: sqliteStore(path),
  egresses: [writtenTo(records)],
  onError: (error) => console.error(error),
});
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, id = "", n = ""] = line.split(" ");
  if (verb === "send") {
    const sent = runtime.send(counter.at(id), Number(n), { idempotencyKey: `${id}-${n}` });
    void sent.then(({ duplicate }) => console.log(`ack ${id} ${n} ${duplicate}`));
  } else if (verb === "read") {
    await read(Number(id));
  } else if (verb === "end") {
    break;
  }
}
await runtime.close();
// The pipe would keep the process alive.
process.stdin.destroy();

/** `read COUNTERS` */
async function read(counters: number): Promise<void> {
  await runtime.idle();
  const known: Record<string, Count> = {};
  const ids = Array.from({ length: counters }, (_, id) => String(id));
  const one = async (ref: typeof counter | typeof tail, id: string): Promise<void> => {
    known[`${ref.typename} ${id}`] = (await runtime.instance(ref.at(id))).state;
  };
  await Promise.all([counter, tail, late].flatMap((ref) => ids.map((id) => one(ref, id))));
  const letters = (await runtime.deadLetters.list()).map(({ error }) => error);
  console.log(`read ${JSON.stringify({ known, letters })}`);
}
