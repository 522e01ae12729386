import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { outDir } from "../build.ts";
import { nodeFlags, programPath } from "../node-program.ts";
import { heading, table } from "../report.ts";

/** A .cpuprofile, as far as it is read. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const folder = join(outDir, "profile");

function record(name: string, batchSize: number): Profile {
  rmSync(folder, { recursive: true, force: true });
  const flags = ["--cpu-prof", `--cpu-prof-dir=${folder}`, "--cpu-prof-interval=500"];
  execFileSync(process.execPath, [
    ...nodeFlags,
    ...flags,
    programPath("profiled"),
    name,
    String(batchSize),
    "8000",
  ]);
  const [file] = readdirSync(folder);
  // What Node writes of itself.
  return JSON.parse(readFileSync(join(folder, file ?? ""), "utf8")) as Profile;
}

/** `src/sdk/state/state-cell.ts get`; tsc turns each file of src into one of dist. */
function placeOf({ functionName, url, lineNumber }: Profile["nodes"][number]["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName;
  const file = url.split("/node_modules/statefun/dist/")[1];
  if (file !== undefined) return `src/${file.replace(/\.js$/, ".ts")} \`${name}\``;
  const other = url.split("/").at(-1);
  return other ? `${other}:${lineNumber + 1} \`${name}\`` : name;
}

/** Self time by function, as shares of the whole. */
function shares({ nodes, samples, timeDeltas }: Profile): [place: string, share: number][] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const place = places.get(id) ?? "";
    // A sample's time is what passes until the next one.
    const delta = timeDeltas[index + 1] ?? 0;
    total += delta;
    spent.set(place, (spent.get(place) ?? 0) + delta);
  }
  return [...spent]
    .sort(([, left], [, right]) => right - left)
    .map(([place, time]) => [place, time / total]);
}

const cases = [
  ["greeter", 1],
  ["greeter", 100],
  ["cart", 1],
] as const;

for (const [name, batchSize] of cases) {
  heading(`Profile of the ${name} at batch ${batchSize}`, "Self time by function.");
  const rows = shares(record(name, batchSize)).slice(0, 25);
  table(
    ["function", "share"],
    rows.map(([place, share]) => [place, `${(share * 100).toFixed(1)} %`]),
  );
}
