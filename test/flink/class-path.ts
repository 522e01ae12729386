import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Release } from "./releases.ts";

const run = promisify(execFile);
const here = import.meta.dirname;
/** Everything made here; not in version control. */
export const targetDir: string = join(here, "target");

/** Cold, a release is about 150 MB to load. */
const mavenTimeoutMs = 600_000;

/** The class path of a cluster of `release`: what Maven resolves, and our classes compiled against it. */
export async function classPathOf(release: Release): Promise<string> {
  const folder = join(targetDir, release.version);
  mkdirSync(folder, { recursive: true });
  const libraries = await resolveLibraries(release, folder);
  const classes = await compile(release, folder, libraries);
  return [classes, libraries].join(delimiter);
}

async function resolveLibraries({ version }: Release, folder: string): Promise<string> {
  const pom = readFileSync(join(here, "pom.xml"), "utf8");
  const file = join(folder, `class-path-${digest([pom])}.txt`);
  if (existsSync(file)) {
    const known = readFileSync(file, "utf8").trim();
    // Maven's repository may have been emptied since.
    if (known.split(delimiter).every((jar) => existsSync(jar))) return known;
  }
  const maven = (...flags: string[]) =>
    execute("mvn", [
      ...flags,
      "--quiet",
      "--batch-mode",
      `--file=${join(here, "pom.xml")}`,
      `--activate-profiles=statefun-${version}`,
      "dependency:build-classpath",
      `-Dmdep.outputFile=${file}`,
    ]);
  // A snapshot never moves here, so what is in the repository is as good as what is elsewhere, and quicker.
  await maven("--offline").catch(() => maven());
  return readFileSync(file, "utf8").trim();
}

/** Compiles the sources into a folder that is named after them, so that a change is never missed. */
async function compile({ wire }: Release, folder: string, libraries: string): Promise<string> {
  const sources = ["shared", wire].flatMap((part) =>
    globSync(join(here, "java", part, "**/*.java")).sort(),
  );
  const resources = join(here, "java/resources");
  const texts = [...sources, ...globSync(join(resources, "**/*.*"))].map((file) =>
    readFileSync(file, "utf8"),
  );
  const classes = join(folder, `classes-${digest([libraries, ...texts])}`);
  const done = join(classes, ".compiled");
  if (existsSync(done)) return classes;
  for (const old of globSync(join(folder, "classes-*"))) rmSync(old, { recursive: true });
  cpSync(resources, classes, { recursive: true });
  // 8, since the oldest release runs on 8; no processors, since the class path brings one along.
  const flags = [
    "--release",
    "8",
    "-proc:none",
    "-Xlint:-options",
    "-cp",
    libraries,
    "-d",
    classes,
  ];
  await execute("javac", [...flags, ...sources]);
  writeFileSync(done, "");
  return classes;
}

async function execute(command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, [...args], { timeout: mavenTimeoutMs, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`.trim().slice(-4_000);
    throw new Error(`${command} failed: ${said || String(error)}`, { cause: error });
  }
}

function digest(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex").slice(0, 16);
}
