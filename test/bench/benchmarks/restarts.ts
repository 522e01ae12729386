import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, type Runtime } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { backlogProgram, backlogMessages as messages } from "../backlog.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { aim, digits, heading, ratio, table, time } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 7;
const ends = ["clean", "kill"] as const;
type Way = "live" | (typeof ends)[number];
const openings: number[] = [];
const { functions, counter, fans, go } = backlogProgram();

/** Milliseconds until all of a backlog is handled and stored. */
async function workOff(way: Way, instances: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-restarts-"));
  const path = join(folder, "app.db");
  const took = way === "live" ? await live(path, instances) : await restarted(path, way, instances);
  rmSync(folder, { recursive: true });
  return took;
}

/** The messages wait, stored, for a first one of each instance. More instances than may run at a time cannot be held so. */
async function live(path: string, instances: number): Promise<number> {
  const runtime = await open(path);
  const heads = instances > 100 ? 0 : instances;
  for (let id = 0; id < heads; id++) await runtime.send(counter.at(`${id}`), 0);
  if (heads === 0) await runtime.idle();
  let start = performance.now();
  await runtime.send(fans.at("one"), instances);
  if (heads > 0) {
    await runtime.instance(counter.at("0"));
    start = performance.now();
    go();
  }
  return ended(runtime, start, instances);
}

async function restarted(path: string, way: Way, instances: number): Promise<number> {
  const program = [...nodeFlags, programPath("leave-backlog"), path, `${instances}`, way];
  spawnSync(process.execPath, program, { stdio: "inherit" });
  const start = performance.now();
  const runtime = await open(path);
  openings.push(performance.now() - start);
  return ended(runtime, performance.now(), instances);
}

async function ended(runtime: Runtime, start: number, instances: number): Promise<number> {
  await runtime.idle();
  const took = performance.now() - start;
  const last = await runtime.instance(counter.at("0"));
  if (last.state.total !== messages / instances) throw new Error(`lost: ${last.state.total}`);
  await runtime.close();
  return took;
}

const open = (path: string) => createRuntime({ modules: [functions], store: sqliteStore(path) });

heading(
  "Restarts",
  `${digits(messages)} messages wait, stored, in SQLite (full), from the moment at which the runtime is open until all are handled. Opening reads all of them. Live is without ` +
    "a restart; those for 10,000 instances do not wait before, because no more than 1,000 could. " +
    `Medians of ${rounds} rounds.`,
);
const rows: string[][] = [];
for (const instances of [1, 20, messages]) {
  const times: Record<Way, number[]> = { live: [], clean: [], kill: [] };
  const ways: readonly Way[] = ["live", ...ends];
  for (const way of ways) await workOff(way, instances);
  for (let round = 0; round < rounds; round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      times[way].push(await workOff(way, instances));
    }
  }
  const against = (way: Way) =>
    spreadOf(times[way].map((took, round) => took / (times.live[round] ?? Number.NaN)));
  const perMs = digits(messages / spreadOf(times.live).median);
  rows.push([
    digits(instances),
    perMs,
    time(spreadOf(openings.splice(0)).median),
    ratio(against("clean")),
    aim("1.3", against("clean").median <= 1.3),
    ratio(against("kill")),
    aim("2.5", against("kill").median <= 2.5),
  ]);
}
table(
  ["instances", "live, messages/ms", "opening", "clean ÷ live", "aim", "killed ÷ live", "aim"],
  rows,
);
