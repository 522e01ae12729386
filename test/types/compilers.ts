import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Each in a package of its own, found by path: whichever `tsc` is first on the path does not matter. */
export const compilers = {
  "5.8": join(root, "test/types/typescript-5.8/node_modules/typescript"),
  "5.9": join(root, "test/types/typescript-5.9/node_modules/typescript"),
  "6.0": join(root, "test/types/typescript-6.0/node_modules/typescript"),
  "7.0": join(root, "node_modules/typescript"),
} as const;

export type Compiler = keyof typeof compilers;
export const versions = Object.keys(compilers) as readonly Compiler[];

export function versionOf(compiler: Compiler): string {
  return JSON.parse(readFileSync(join(compilers[compiler], "package.json"), "utf8")).version;
}

/** What the compiler says of a project: nothing, if all is well. `config` is a path of a tsconfig.json. */
export function compile(compiler: Compiler, config: string): string {
  const tsc = join(compilers[compiler], "bin/tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", config, "--pretty", "false"], {
    encoding: "utf8",
    cwd: dirname(config),
  });
  return `${stdout}${stderr}`;
}
