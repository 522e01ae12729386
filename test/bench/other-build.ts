import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The environment of a process that takes the package from `node_modules` of a folder. */
export function environmentOf(folder: string): Record<string, string> {
  return { BENCH_BESIDE: pathToFileURL(join(resolve(folder), "program.js")).href };
}

/** The folder that a benchmark was given, with another build. */
export function otherBuild(): string {
  const [folder] = process.argv.slice(2);
  if (folder !== undefined && existsSync(join(folder, "node_modules/statefun/dist"))) return folder;
  throw new RangeError("name a folder whose node_modules has the other build of statefun");
}
