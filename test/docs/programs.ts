import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { root } from "./documents.ts";

const fromSource = join(root, "test/docs/from-source.ts");

/** A program of `examples` on Node, on the sources. */
export function startExample(
  path: string,
  args: readonly string[] = [],
  port = 0,
  environment: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, ["--import", fromSource, join(root, path), ...args], {
    cwd: root,
    env: { ...process.env, PORT: String(port), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** What a program prints that is run in its own folder. It must end well, and say nothing on its error output. */
export function runProgram(path: string): string {
  const run = spawnSync(process.execPath, ["--import", fromSource, path], {
    cwd: dirname(path),
    encoding: "utf8",
  });
  if (run.status === 0 && run.stderr === "") return run.stdout;
  throw new Error(`${path} ended with ${run.status}:\n${run.stdout}\n${run.stderr}`);
}

/** What a program prints until it ends by itself, and how it ends. */
export async function runExample(
  path: string,
  args: readonly string[] = [],
): Promise<{ readonly code: unknown; readonly output: string; readonly errors: string }> {
  const child = startExample(path, args);
  const output = collect(child.stdout);
  const errors = collect(child.stderr);
  const [code] = await once(child, "close");
  return { code, output: output(), errors: errors() };
}

/** The first match in what a program prints. */
export async function waitForOutput(child: ChildProcess, pattern: RegExp): Promise<string> {
  const errors = collect(child.stderr);
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    const found = pattern.exec(output);
    if (found !== null) return found[0];
  }
  throw new Error(`the program ended:\n${output}\n${errors()}`);
}

/** By its own pid; resolves with its exit code. */
export async function endProgram(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGTERM");
    await once(child, "exit");
  }
  return child.exitCode;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = [];
  stream?.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}
