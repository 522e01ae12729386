import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** What the compiler had to say: nothing. */
    readonly buildOutput: string;
    /** The built package, before it is packed: a folder with package.json and dist. */
    readonly built: string;
    /** The packed package: what `npm publish` would send. */
    readonly tarball: string;
    /** A project of a user: `node_modules/statefun` is the unpacked tarball. */
    readonly consumer: string;
  }
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What the package and the applications that use it need beside it. */
const dependencies = [
  "@bufbuild/protobuf",
  "@cloudflare/workers-types",
  "@hono/node-server",
  "@opentelemetry/api",
  "@platformatic/kafka",
  "@types/node",
  "hono",
  "undici-types",
  "valibot",
  "vitest",
  "yaml",
  "zod",
];

/**
 * Vitest's global set-up: builds, packs and unpacks the package in a temporary folder. `dist` of the
 * checkout is left alone: it may be used by another suite, and hold files whose source is gone.
 */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "statefun-package-"));
  const stage = join(folder, "stage");
  mkdirSync(stage);
  for (const file of ["package.json", "README.md", "LICENSE", "CHANGELOG.md"]) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(stage, file));
  }
  // The page of the console, as `npm run build` makes it.
  execFileSync(process.execPath, [join(root, "src/console/build.ts")], { stdio: "ignore" });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const build = [tsc, "-p", join(root, "tsconfig.json"), "--outDir", join(stage, "dist")];
  // A type error fails a test instead of the whole run: the compiler emits in spite of it.
  const { stdout } = spawnSync(process.execPath, build, { encoding: "utf8" });
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--loglevel=error"], {
    cwd: stage,
    encoding: "utf8",
  });
  const tarball = join(stage, packed.trim());

  const consumer = join(folder, "consumer");
  const installed = join(consumer, "node_modules/statefun");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  for (const name of dependencies) {
    const link = join(consumer, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, "node_modules", name), link, "dir");
  }

  // Where tools look for the packages that its declarations name.
  symlinkSync(join(root, "node_modules"), join(stage, "node_modules"), "dir");
  project.provide("buildOutput", stdout);
  project.provide("built", stage);
  project.provide("tarball", tarball);
  project.provide("consumer", consumer);
  return () => rmSync(folder, { recursive: true, force: true });
}
