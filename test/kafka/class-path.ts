import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = import.meta.dirname;
/** Everything made here; not in version control. */
export const targetDir: string = join(here, "target");

/** The class path of a broker: what Maven resolves, remembered until pom.xml changes. */
export async function classPath(): Promise<string> {
  mkdirSync(targetDir, { recursive: true });
  const pom = join(here, "pom.xml");
  const digest = createHash("sha256").update(readFileSync(pom)).digest("hex").slice(0, 16);
  const file = join(targetDir, `class-path-${digest}.txt`);
  if (existsSync(file)) {
    const known = readFileSync(file, "utf8").trim();
    // Maven's repository may have been emptied since.
    if (known.split(delimiter).every((jar) => existsSync(jar))) return known;
  }
  const flags = ["--quiet", "--batch-mode", `--file=${pom}`, `-Dmdep.outputFile=${file}`];
  const maven = (...more: string[]) =>
    run("mvn", [...more, ...flags, "dependency:build-classpath"], { timeout: 600_000 });
  await maven("--offline").catch(() => maven());
  return readFileSync(file, "utf8").trim();
}
