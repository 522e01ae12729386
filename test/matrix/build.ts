import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
export const root: string = join(here, "../..");
/** Not in version control, like any dist. */
export const outDir: string = join(here, "dist");

const program = (name: string) => join(here, "programs", `${name}.ts`);

const common: BuildOptions = {
  bundle: true,
  format: "esm",
  outdir: outDir,
  outExtension: { ".js": ".mjs" },
  logLevel: "warning",
  // Without the paths of test/tsconfig.json: what runs here is the built package, not src.
  tsconfigRaw: {},
  nodePaths: [join(outDir, "node_modules")],
};

/**
 * Builds the package, installs it beside the programs as a user has it (a folder `node_modules/statefun`,
 * found through its `exports`), and turns the programs into JavaScript that every runtime takes.
 */
export default async function setup(): Promise<void> {
  execFileSync(process.execPath, [join(root, "src/console/build.ts")], { stdio: "inherit" });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.json")], { stdio: "inherit" });
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(join(outDir, "node_modules"), { recursive: true });
  symlinkSync(root, join(outDir, "node_modules/statefun"), "dir");
  await build({
    ...common,
    entryPoints: [
      ...["serve-node", "serve-deno", "serve-bun", "store", "backup", "moving", "listening"].map(
        (out) => ({
          in: program(out),
          out,
        }),
      ),
      { in: join(root, "test/locks/owner.ts"), out: "locks" },
    ],
    packages: "external",
    target: "es2022",
  });
  await build({
    ...common,
    entryPoints: ["contract", "recorded", "hono", "hono-recorded", "objects", "edge"].map((name) =>
      program(`worker-${name}`),
    ),
    external: ["cloudflare:*"],
    conditions: ["workerd", "worker", "browser"],
    target: "es2024",
  });
}
