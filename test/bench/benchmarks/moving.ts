import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Moved } from "../moved.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { aim, digits, heading, ratio, table } from "../report.ts";
import { spreadOf } from "../statistics.ts";

/** A million takes minutes: only when it is asked for. */
const isLarge = process.env["STATEFUN_BENCH_LARGE"] === "1";
const sizes = [10_000, 100_000, ...(isLarge ? [1_000_000] : [])];
const aims = { export: 100_000, import: 50_000 };

/** A process for each, so that the most it held is that of this alone. */
function run(what: string, kind: string, size: number, folder: string): Moved[] {
  const program = [...nodeFlags, programPath("move-carts"), what, kind, `${size}`, folder];
  const { status, stdout } = spawnSync(process.execPath, program, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${what} of ${size} ended with ${status}`);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Moved);
}

function rowOf(what: "export" | "import", kind: string, size: number, moved: Moved[]): string[] {
  const rate = (ms: (one: Moved) => number): number =>
    spreadOf(moved.map((one) => (size / ms(one)) * 1_000)).median;
  const byCpu = rate(({ cpuMs }) => cpuMs);
  const bare = moved.flatMap(({ cpuMs, bareCpuMs }) =>
    bareCpuMs === undefined ? [] : [cpuMs / bareCpuMs],
  );
  const held = Math.max(...moved.map(({ heldBytes }) => heldBytes));
  return [
    ...[what, kind === "file" ? "SQLite" : kind, digits(size), digits(byCpu)],
    aim(`≥ ${digits(aims[what])}`, byCpu >= aims[what]),
    digits(rate(({ wallMs }) => wallMs)),
    what === "import"
      ? ""
      : digits(rate(({ withoutValuesCpuMs }) => withoutValuesCpuMs ?? Number.NaN)),
    bare.length > 0 ? ratio(spreadOf(bare)) : "",
    `${digits(held / 1_000_000)} MB`,
  ];
}

heading(
  "Exports and imports",
  "`runtime.export()`, read to its end, and `runtime.import()` of what it has given, from a file. Each instance has a JSON state of 65 bytes and is a line of 247 bytes. Rates by CPU are per second of user and system time of the process, so they do not depend on what else the machine does. The last ratio is CPU ÷ that of SQLite alone in the same process: a scan of the same rows in the same order for an export, an insert of the same rows into the same tables for an import. Held is the most that was resident meanwhile above what was before; of an import into memory that is the store itself.",
);
const rows: string[][] = [];
for (const size of sizes) {
  const folder = mkdtempSync(join(tmpdir(), "statefun-moving-"));
  try {
    run("fill", "file", size, folder);
    for (const what of ["export", "import"] as const) {
      for (const kind of ["memory", "file"]) {
        rows.push(rowOf(what, kind, size, run(what, kind, size, folder)));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
table(
  [
    ...[
      "",
      "store",
      "instances",
      "a CPU second",
      "aim",
      "a second",
      "without values, a CPU second",
    ],
    ...["÷ SQLite alone", "held"],
  ],
  rows,
);
