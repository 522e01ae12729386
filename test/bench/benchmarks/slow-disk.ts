import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compiledDisk } from "../../power/disk.ts";
import { shoot } from "../cannon.ts";
import { type Counters, startStatefun } from "../counters.ts";
import { environmentOf, otherBuild } from "../other-build.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

const rounds = 7;
const addedMicroseconds = 1_000;

const other = otherBuild();
const folder = mkdtempSync(join(tmpdir(), "statefun-slow-"));
const library = compiledDisk(folder);
if (library === undefined) throw new Error("there is no C compiler, or this is no Linux");

/** A server whose flushes of files in its folder take a millisecond longer. */
const start = (beside: Readonly<Record<string, string>>): Promise<Counters> =>
  startStatefun("full", {
    environmentOf: (files) => ({
      ...beside,
      LD_PRELOAD: library,
      DISK_FILES: files,
      DISK_SLOW_US: String(addedMicroseconds),
    }),
  });

const sides = [await start(environmentOf(other)), await start({})] as const;
const rows: string[][] = [];
for (const inFlight of [1, 16, 64, 256]) {
  const rates: number[][] = [[], []];
  for (let round = -1; round < rounds; round += 1) {
    const order = [...sides.entries()];
    for (const [side, counters] of round % 2 === 0 ? order : order.toReversed()) {
      const rate = await shoot(counters, inFlight, inFlight === 1 ? 300 : inFlight * 40);
      // The first round warms up.
      if (round >= 0) rates[side]?.push(rate);
    }
  }
  const [before = [], after = []] = rates;
  const share = spreadOf(after.map((rate, round) => rate / (before[round] ?? Number.NaN)));
  rows.push([
    String(inFlight),
    ratio(share),
    inFlight === 64 ? aim("≥ 2", share.median >= 2) : "",
    `${digits(spreadOf(after).median)} messages/s`,
  ]);
}
for (const counters of sides) await counters.close();
rmSync(folder, { recursive: true });

heading(
  "On a slow disk, this build against another one",
  "A counter over HTTP with durability full, where each flush takes a millisecond longer.",
);
table(["in flight", "ratio of rates", "aim", "this build"], rows);
