import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

export const root: string = join(import.meta.dirname, "../..");
/** Not in version control, like any dist. */
export const outDir: string = join(import.meta.dirname, "dist");
const modules = join(outDir, "node_modules");

/**
 * A copy of the built package, as a user has it: unbundled, found through its `exports`. A copy, because
 * whatever else builds meanwhile must not change what is measured.
 */
export function buildPackage(): void {
  rmSync(outDir, { recursive: true, force: true });
  const installed = join(modules, "statefun");
  mkdirSync(installed, { recursive: true });
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  // The page of the console is a module that is made, and not in version control.
  execFileSync(process.execPath, [join(root, "src/console/build.ts")], { stdio: "ignore" });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = ["-p", join(root, "tsconfig.json"), "--outDir", join(installed, "dist")];
  execFileSync(process.execPath, [tsc, ...args], { stdio: "inherit" });
}

/** One of the programs as one file, which every runtime takes. The package must have been built, or be in `node_modules` of a folder. */
export async function bundle(program: string, other?: string): Promise<string> {
  const outfile = join(outDir, `${program}${other === undefined ? "" : "-other"}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, "programs", `${program}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
    external: ["node:*"],
    // Without the paths of test/tsconfig.json: what is measured is the built package, not src.
    tsconfigRaw: {},
    nodePaths: [other === undefined ? modules : join(resolve(other), "node_modules")],
  });
  return outfile;
}
