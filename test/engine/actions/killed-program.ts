/**
 * `node --import from-source.ts killed-program.ts STORE UPTO`: replays all dead letters up to a number, page by page with the
 * same key for each page, until it is killed; with 0 it makes the letters first. Prints what it knows.
 */
import { appendFileSync } from "node:fs";
import { int, StatefulFunctions } from "statefun";
import type { Engine } from "../../../src/engine/contract/engine.ts";
import { localApplication } from "../../../src/host/application.ts";
import { resolveRuntimeOptions } from "../../../src/host/options.ts";
import { platformClock } from "../../../src/host/platform.ts";
import { startEngine } from "../../../src/host/start-engine.ts";
import { sqliteStore } from "../../../src/store/file/sqlite-store.ts";
import { engineStoreOf } from "../../../src/store/store-handle.ts";

const [, , path = "", given = "0"] = process.argv;
let upTo = Number(given);
const letters = 3_000;

const functions = new StatefulFunctions();
const options = { accepts: int, state: { count: int }, retry: { maxAttempts: 1 } };
functions.bind("test/counted", options, async (context) => {
  if (upTo === 0) throw new Error("not yet");
  await new Promise((resolve) => setTimeout(resolve, 1));
  context.state.count = (context.state.count ?? 0) + 1;
});

async function start(): Promise<Engine> {
  const resolved = resolveRuntimeOptions({ modules: [functions], onError: () => {} });
  return startEngine(localApplication(resolved), resolved, {
    store: engineStoreOf(sqliteStore(path, { durability: "normal" })),
    clock: platformClock,
    random: Math.random,
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
    defer: (run) => void setImmediate(run),
    tokenScope: "address",
    kafkaHeaders: "send",
  });
}

const engine = await start();
const targets = Array.from({ length: letters }, (_, index) => ({
  typename: "test/counted",
  id: String(index % 100),
}));
if (upTo === 0) {
  const argument = { typename: int.typename, bytes: int.encode(1), headers: [] };
  for (const target of targets) {
    void engine.send({ target, argument, idempotencyKey: undefined, delayMs: 0 });
  }
  await engine.idle();
  // What was replayed before.
  upTo = engine.now();
  const all = [];
  for (let page = engine.deadLetters(0, 500); page.length > 0; ) {
    all.push(...page);
    page = engine.deadLetters(page.at(-1)?.number ?? 0, 500);
  }
  console.log(JSON.stringify({ made: all.length, last: all.at(-1)?.number }));
} else {
  let after: number | undefined = 0;
  while (after !== undefined) {
    const page = { filter: {}, after, upTo, limit: 100, isDryRun: false };
    const key = `page after ${after}`;
    const action = { kind: "replay-all", ...page } as const;
    const result = await engine.act({ action, key, who: "operator", why: undefined });
    appendFileSync(`${path}.pages`, `${after} ${result.count} ${result.isDuplicate}\n`);
    after = result.next;
  }
  await engine.idle();
  const { statesOf } = await import("../../../src/host/inspect.ts");
  let handled = 0;
  for (const target of targets.slice(0, 100)) {
    const bytes = statesOf(engine.partition, target).get("count")?.bytes;
    handled += bytes === undefined ? 0 : int.decode(bytes);
  }
  const rows = engine.kept("statefun/activity", 0, 1_000);
  console.log(
    JSON.stringify({ handled, left: engine.health().deadLetters, recorded: rows.length }),
  );
}
await engine.close(1_000);
