import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryStore } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { runCluster } from "../../flink/cluster.ts";
import { embeddedSmoke, interpreterAt } from "../../flink/embedded-smoke.ts";
import { statefun330 } from "../../flink/releases.ts";
import { startServer } from "../http-server.ts";
import { digits, heading, ratio, table } from "../report.ts";
import { smoke } from "../smoke.ts";
import { type Spread, spreadOf } from "../statistics.ts";

const rounds = 3;
/** About 270,000 messages, a tenth of them delayed. No failure: a restart is no speed. */
const settings = { ids: 128, commands: 100_000, seed: 1 };

interface Run {
  readonly messages: number;
  readonly increments: number;
  readonly durationMs: number;
}

async function onFlink(): Promise<Run> {
  const server = await startServer("serve-statefun");
  try {
    const run = { release: statefun330, url: server.url, settings: { ...settings, failures: 0 } };
    const { verdict, messages = 0, increments = 0, durationMs, log } = await runCluster(run);
    if (verdict !== "verified") throw new Error(`the cluster: ${verdict}\n${log}`);
    return { messages, increments, durationMs };
  } finally {
    await server.close();
  }
}

async function onOurs(kind: "memory" | "full", isRemote: boolean): Promise<Run> {
  const server = await startServer("serve-statefun");
  const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
  const program = embeddedSmoke(settings);
  const runtime = await createRuntime({
    modules: [isRemote ? interpreterAt(server.url) : smoke],
    store: kind === "memory" ? memoryStore() : sqliteStore(join(folder, "app.db")),
    egresses: program.egresses,
    limits: { maxMailbox: 1_000_000 },
  });
  try {
    const { verdict, error, messages, increments, durationMs } = await program.run(runtime);
    if (verdict !== "verified") throw new Error(`ours: ${verdict}, ${error}`);
    return { messages, increments, durationMs };
  } finally {
    await runtime.close({ drainMs: 0 });
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

const ways: Readonly<Record<string, () => Promise<Run>>> = {
  "StateFun 3.3.0 on Flink, function over HTTP": onFlink,
  "ours, SQLite full, function over HTTP": () => onOurs("full", true),
  "ours, memory, function over HTTP": () => onOurs("memory", true),
  "ours, SQLite full, function in the process": () => onOurs("full", false),
};
const rates = new Map<string, number[]>(Object.keys(ways).map((name) => [name, []]));
let program: Run | undefined;
for (let round = 0; round < rounds; round += 1) {
  const order = round % 2 === 0 ? Object.entries(ways) : Object.entries(ways).toReversed();
  for (const [name, run] of order) {
    const done = await run();
    program ??= done;
    const isSame = done.messages === program.messages && done.increments === program.increments;
    if (!isSame) throw new Error(`${name} had another program`);
    rates.get(name)?.push((done.messages / done.durationMs) * 1_000);
  }
}

const of = (name: string): readonly number[] => rates.get(name) ?? [];
const [flink = ""] = rates.keys();
const besideFlink = (name: string): Spread =>
  spreadOf(of(name).map((rate, round) => rate / (of(flink)[round] ?? Number.NaN)));
heading(
  "The smoke program, beside Flink",
  `The same ${digits(program?.messages ?? 0)} messages over ${settings.ids} ids, from the first of them until every id has answered twice that it ` +
    "counted right: StateFun 3.3.0 in one JVM (checkpoints every half second, async transport) and the embedded engine (full: " +
    "synced to disk before anything is answered; the commands are made up beforehand, which a cluster does on the way). The function server is the same " +
    `process for all. Two rounds of questions, 0.7 s apart, are within the time. ${rounds} rounds.`,
);
table(
  ["", "messages/s", "÷ Flink"],
  Array.from(rates.keys(), (name) => [
    name,
    digits(spreadOf(of(name)).median),
    name === flink ? "" : ratio(besideFlink(name)),
  ]),
);
