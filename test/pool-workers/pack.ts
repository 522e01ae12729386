import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Installs the package as `npm publish` would send it: built, packed, and unpacked into `node_modules/statefun` of this
 * project. Objects need none of its dependencies.
 */
const root = join(import.meta.dirname, "../..");
const installed = join(import.meta.dirname, "node_modules/statefun");
const stage = mkdtempSync(join(tmpdir(), "statefun-pool-workers-"));
try {
  for (const file of ["package.json", "README.md", "LICENSE", "CHANGELOG.md"]) {
    cpSync(join(root, file), join(stage, file));
  }
  execFileSync(process.execPath, [join(root, "src/console/build.ts")], { stdio: "inherit" });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const build = [tsc, "-p", join(root, "tsconfig.json"), "--outDir", join(stage, "dist")];
  execFileSync(process.execPath, build, { stdio: "inherit" });
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--loglevel=error"], {
    cwd: stage,
    encoding: "utf8",
  });
  rmSync(installed, { recursive: true, force: true });
  mkdirSync(installed, { recursive: true });
  const tarball = join(stage, packed.trim());
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
} finally {
  rmSync(stage, { recursive: true, force: true });
}
