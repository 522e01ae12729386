import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { targetDir } from "./sdks.ts";

const run = promisify(execFile);
const here = import.meta.dirname;

/** Cold, everything is loaded from its registry. */
const installTimeoutMs = 600_000;

/** A virtual environment with exactly these packages; one that is there is taken as it is. */
export async function installPython(name: string, packages: readonly string[]): Promise<void> {
  const folder = join(targetDir, name);
  const done = join(folder, "installed.txt");
  const wanted = packages.join("\n");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  await execute("python3", ["-m", "venv", "--clear", folder]);
  const pip = join(folder, "bin", "pip");
  await execute(pip, ["install", "--quiet", "--disable-pip-version-check", ...packages]);
  writeFileSync(done, wanted);
}

/** 3.20 is the last line of protobuf that both SDKs take; its compiled part is not made for newer Pythons. */
export const protobuf = "protobuf==3.20.3";

export function installPython3(): Promise<void> {
  return installPython("python3", ["apache-flink-statefun==3.3.0", protobuf]);
}

export async function installNode(): Promise<void> {
  if (existsSync(join(here, "node_modules", "apache-flink-statefun"))) return;
  await execute("npm", ["ci", "--prefix", here, "--no-audit", "--no-fund"]);
}

export async function buildJava(): Promise<void> {
  const folder = join(targetDir, "java");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "class-path.txt");
  const maven = (...flags: string[]) =>
    execute("mvn", [
      ...flags,
      "--quiet",
      "--batch-mode",
      `--file=${join(here, "java", "pom.xml")}`,
      "dependency:build-classpath",
      `-Dmdep.outputFile=${file}`,
    ]);
  await maven("--offline").catch(() => maven());
  const libraries = readFileSync(file, "utf8").trim();
  const source = join(here, "java", "Server.java");
  await execute("javac", ["-proc:none", "-cp", libraries, "-d", folder, source]);
  writeFileSync(join(folder, "options.txt"), `-cp "${[folder, libraries].join(delimiter)}"\n`);
}

export async function buildGo(): Promise<void> {
  mkdirSync(join(targetDir, "go"), { recursive: true });
  await execute("go", ["build", "-o", join(targetDir, "go", "server"), "."], join(here, "go"));
}

async function execute(command: string, args: readonly string[], cwd = here): Promise<void> {
  try {
    await run(command, [...args], {
      cwd,
      timeout: installTimeoutMs,
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}\n${stderr}`.trim().slice(-4_000);
    throw new Error(`${command} failed: ${said || String(error)}`, { cause: error });
  }
}
