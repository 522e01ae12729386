import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The program from source, as all tests run it. */
export const fromSource: readonly string[] = [
  process.execPath,
  "--import",
  local("../docs/from-source.ts"),
  local("../../src/cli/statefun.ts"),
];

const folders: string[] = [];
const programs: Program[] = [];

afterEach(async () => {
  for (const program of programs.splice(0)) await program.end();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A user's folder with these files; it is gone after the test. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "statefun-cli-")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** `statefun ARGS` in a folder. What still runs after the test is ended. */
export function startProgram(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  command: readonly string[] = fromSource,
): Program {
  const program = new Program(folder, [...command, ...args], environment);
  programs.push(program);
  return program;
}

/** The same to its end: for what ends by itself. */
export async function runProgram(
  folder: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const program = startProgram(folder, args, environment);
  const code = await program.ended;
  return { code, output: program.output, errors: program.errors };
}

export class Program {
  readonly #process: ChildProcess;
  output = "";
  errors = "";
  /** Its exit code, or the signal that ended it, when everything that it wrote was read. */
  readonly ended: Promise<number | string | null>;

  constructor(
    cwd: string,
    [program = "", ...args]: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) {
    const { NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
    const env = { ...inherited, ...environment };
    this.#process = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    this.ended = once(this.#process, "close").then(([code, signal]) => signal ?? code);
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  /** The first match in all that it printed, also in what it printed before. */
  async says(pattern: RegExp, timeoutMs = 60_000): Promise<RegExpExecArray> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = pattern.exec(this.output) ?? pattern.exec(this.errors);
      if (found !== null) return found;
      if (Date.now() > end || this.#process.exitCode !== null) {
        throw new Error(`it never said ${pattern}:\n${this.output}\n${this.errors}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Its URL, once it listens. */
  async url(): Promise<string> {
    const [, url = ""] = await this.says(/(http:\/\/[^\s"]+)/);
    // What is printed after it belongs to the same piece.
    return url;
  }

  /** As `statefun dev | head` does. */
  stopReading(): void {
    this.#process.stdout?.destroy();
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** By its own pid; an application of its own ends with it. */
  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.kill("SIGKILL");
    await this.ended;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // Where nobody asks for the exit code of an orphan, it stays in the list, dead.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}

/** Until something holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`never: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
