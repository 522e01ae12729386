import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { classPathOf, targetDir } from "./class-path.ts";
import { logTail } from "./log-tail.ts";
import { moduleYaml } from "./module-yaml.ts";
import type { Release, Transport } from "./releases.ts";
import { type ClusterResult, resultIn } from "./result.ts";

export interface ClusterRun {
  readonly release: Release;
  /** Default: the first transport of the release. */
  readonly transport?: Transport;
  /** Where the functions are. */
  readonly url: string;
  /** The whole time that a request may take with its retries. Default 30 s. */
  readonly callTimeoutMs?: number;
  /** When the cluster gives up, counted from the start of its process. Default 90 s. */
  readonly timeoutMs?: number;
  /** Further arguments of the cluster, see Settings.java. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** In place of one that is made for `url` and `transport`. */
  readonly moduleYaml?: string;
  /** The messages of a script in place of commands, see script.ts; its lines as they come if they are not there at once. */
  readonly script?: string | AsyncIterable<string>;
}

/** What the libraries reflect on, and Java 17 has closed: ClosureCleaner, Kryo, the Kafka client. */
const opened = ["lang", "util", "util.concurrent.atomic"].flatMap((name) => [
  "--add-opens",
  `java.base/java.${name}=ALL-UNNAMED`,
]);

const defaultTimeoutMs = 90_000;

/** Time beyond the cluster's own timeout after which its process is ended from here. */
const graceMs = 20_000;

/** Runs a cluster until it has a verdict. Rejects, with the end of its log, when it ends without one. */
export async function runCluster(run: ClusterRun): Promise<ClusterResult> {
  const classPath = await classPathOf(run.release);
  mkdirSync(targetDir, { recursive: true });
  const folder = mkdtempSync(join(targetDir, "run-"));
  try {
    return await runIn(folder, classPath, run);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runIn(folder: string, classPath: string, run: ClusterRun): Promise<ClusterResult> {
  return verdictOf(argumentsOf(folder, classPath, run), run.timeoutMs ?? defaultTimeoutMs);
}

/** The arguments of Java for a cluster whose files are in `folder`. Writes its module.yaml there. */
export function argumentsOf(folder: string, classPath: string, run: ClusterRun): string[] {
  const { release, url, callTimeoutMs = 30_000, timeoutMs = defaultTimeoutMs, script } = run;
  const { transport = release.transports[0] ?? "async" } = run;
  const yaml = run.moduleYaml ?? moduleYaml(release, { url, transport, callTimeoutMs });
  writeFileSync(join(folder, "module.yaml"), yaml);
  const settings: Record<string, string | number | boolean> = {
    cancellation: release.cancellation,
    timeoutMs,
    checkpoints: pathToFileURL(join(folder, "checkpoints")).href,
    ...run.settings,
  };
  if (script !== undefined) {
    const file = join(folder, "script.txt");
    settings["script"] = file;
    writeFileSync(file, typeof script === "string" ? script : "");
    if (typeof script !== "string") void append(script, file);
  }
  const args = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  // The folder of module.yaml is a part of the class path: that is where every release looks for it.
  const path = [folder, classPath].join(delimiter);
  return ["-Xmx1g", ...opened, "-cp", path, "statefun.cluster.Main", ...args];
}

async function append(lines: AsyncIterable<string>, file: string): Promise<void> {
  // The folder is gone when the cluster has ended before its script.
  for await (const line of lines) if (existsSync(file)) appendFileSync(file, line);
}

async function verdictOf(args: readonly string[], timeoutMs: number): Promise<ClusterResult> {
  // Its standard input ends with this process, and then so does the cluster.
  const java = spawn("java", [...args], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  java.stdout.on("data", (data) => {
    output = `${output}${data}`.slice(-1_000_000);
  });
  const log = logTail(java.stderr);
  const timer = setTimeout(() => java.kill("SIGKILL"), timeoutMs + graceMs);
  try {
    const [code, signal] = await once(java, "close");
    const result = resultIn(output, log());
    if (result !== undefined) return result;
    const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
    throw new Error(`the cluster ended without a verdict, by ${how}:\n${output}\n${log()}`);
  } finally {
    clearTimeout(timer);
  }
}
