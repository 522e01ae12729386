import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackedUp, Phase } from "../backed-up.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const megabytes = 1_000;
const rounds = 5;
/** Messages a second that are offered; 0 for as many as it can. */
const rates = [10_000, 0];
/** Of the rate without a backup. */
const least = 0.8;

/** A process and a store for each. One that finds a copy wrong ends with an error. */
function run(rate: number): BackedUp[] {
  const folder = mkdtempSync(join(tmpdir(), "statefun-backup-"));
  try {
    const args = [`${megabytes}`, `${rate}`, `${rounds}`, folder];
    const program = [...nodeFlags, programPath("backup-load"), ...args];
    const { status, stdout } = spawnSync(process.execPath, program, {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`backups under ${rate} messages a second ended in ${status}`);
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as BackedUp);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rateOf = ({ messages, ms }: Phase): number => (messages / ms) * 1_000;

function ratioOf({ before, during, after }: BackedUp): number {
  return rateOf(during) / ((rateOf(before) + rateOf(after)) / 2);
}

function rowOf(rate: number, all: readonly BackedUp[]): string[] {
  const median = (of: (one: BackedUp) => number): number => spreadOf(all.map(of)).median;
  const kept = spreadOf(all.map(ratioOf));
  const slowest = Math.max(
    ...all.flatMap(({ before, after }) => [before.slowestMs, after.slowestMs]),
  );
  return [
    rate === 0 ? "as many as it can" : `${digits(rate)}/s`,
    ...(["before", "during", "after"] as const).map(
      (phase) => `${digits(median((one) => rateOf(one[phase])))}/s`,
    ),
    ratio(kept),
    digits(Math.min(...all.map(ratioOf))),
    // Without a pause between orders the copy takes a share of the same cores.
    rate === 0 ? "" : aim(`at least ${least}`, kept.median >= least),
    `${digits(median(({ during }) => during.ms / 1_000))} s`,
    `${digits(slowest)} ms, ${digits(Math.max(...all.map(({ during }) => during.slowestMs)))} ms`,
    `${digits(Math.max(...all.map(({ logBytes }) => logBytes)) / 1_000_000)} MB`,
  ];
}

heading(
  "A backup under load",
  `\`runtime.backup()\` of a store of ${digits(megabytes / 1_000)} GB (full durability), whose process is sent orders of a bank at an even pace, whether or not those before were acknowledged, or keeps 2,000 of them waiting. An order is two messages, one from outside and one from the account to a vault. Messages a second of orders that were acknowledged, in five seconds before, during the backup, and in five seconds after; the ratio is during ÷ the mean of before and after, of each round, and the lowest of them. Medians of ${rounds} rounds. Slowest is the longest that an order waited in any round, without a backup and during one. Log is the store's at the end of a backup, which keeps it from starting over. Each copy is opened: SQLite's \`quick_check\`, all states that were never touched, no order lost or twice, what accounts have paid is what vaults have, all that was acknowledged before the backup and nothing that was sent after it. The benchmark ends with an error if a copy is not so.`,
);
table(
  [
    "offered",
    "before",
    "during",
    "after",
    "during ÷ without",
    "lowest",
    "aim",
    "took",
    "slowest",
    "log",
  ],
  rates.map((rate) => rowOf(rate, run(rate))),
);
