import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Count } from "./counting.ts";

/** What runs the program, and in which folder it is. */
export interface Where {
  readonly command: string;
  readonly flags: readonly string[];
  readonly folder: string;
}

const here = import.meta.dirname;

/** This Node, on the sources. */
function onSources(): Where {
  const flags = ["--no-warnings", "--import", join(here, "../docs/from-source.ts")];
  return { command: process.execPath, flags, folder: here };
}

/** What a program that counts says of itself. */
export interface Report {
  readonly counts: readonly Count[];
  readonly health: {
    readonly status: string;
    readonly ingresses: readonly { readonly status: string; readonly sources: readonly object[] }[];
  };
}

/** A process of ours, killed by its own pid. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting: ((report: Report) => void)[] = [];
  /** What it told of errors. */
  readonly errors: string[] = [];
  readonly #ended: Promise<number | null>;

  /** `args` are those of the program that counts. */
  constructor(args: readonly string[], { command, flags, folder }: Where = onSources()) {
    const all = [...flags, join(folder, "counting-program.ts"), ...args];
    this.#process = spawn(command, all, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
    this.#ended = once(this.#process, "exit").then(([code]) => code);
    const { stdout, stderr } = this.#process;
    if (stdout === null || stderr === null) throw new Error("the child has no pipes");
    createInterface({ input: stdout }).on("line", (line) => {
      this.#waiting.shift()?.(JSON.parse(line) as Report);
    });
    createInterface({ input: stderr }).on("line", (line) => void this.errors.push(line));
  }

  /** Rejects when it has ended instead. */
  async report(): Promise<Report> {
    const next = new Promise<Report>((resolve) => this.#waiting.push(resolve));
    this.#process.stdin?.write("report\n");
    const ended = this.#ended.then(() => undefined);
    const report = await Promise.race([next, ended]);
    if (report !== undefined) return report;
    throw new Error(`the child has ended: ${this.errors.slice(-5).join("\n")}`);
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#ended;
  }

  /** In good order; the result is its exit code. */
  async end(): Promise<number | null> {
    this.#process.stdin?.end();
    return this.#ended;
  }
}
