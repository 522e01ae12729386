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
export function classPathOf({ version, wire }: Release): Promise<string> {
  return classPathWith(version, "classes", ["shared", wire]);
}

/** The class path of what asks a release how it reads files; compiled alone, since some releases have no harness. */
export function readingsClassPath(version: string): Promise<string> {
  return classPathWith(version, "readings", ["readings"]);
}

async function classPathWith(
  version: string,
  name: string,
  parts: readonly string[],
): Promise<string> {
  const folder = join(targetDir, version);
  mkdirSync(folder, { recursive: true });
  const libraries = await resolveLibraries(version, folder);
  const classes = await compile(parts, join(folder, name), libraries);
  return [classes, libraries].join(delimiter);
}

async function resolveLibraries(version: string, folder: string): Promise<string> {
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
async function compile(parts: readonly string[], name: string, libraries: string): Promise<string> {
  const sources = parts.flatMap((part) => globSync(join(here, "java", part, "**/*.java")).sort());
  const resources = join(here, "java/resources");
  const texts = [...sources, ...globSync(join(resources, "**/*.*"))].map((file) =>
    readFileSync(file, "utf8"),
  );
  const classes = `${name}-${digest([libraries, ...texts])}`;
  const done = join(classes, ".compiled");
  if (existsSync(done)) return classes;
  for (const old of globSync(`${name}-*`)) rmSync(old, { recursive: true });
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
