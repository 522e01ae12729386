import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { closing } from "./app.ts";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** From source, as all tests are; `STATEFUN_BUILT=1` takes what `npm run build` has made. */
export const command: readonly string[] =
  process.env["STATEFUN_BUILT"] === undefined
    ? [
        process.execPath,
        "--import",
        local("../../docs/from-source.ts"),
        local("../../../src/cli/statefun.ts"),
      ]
    : [process.execPath, local("../../../dist/cli/statefun.js")];

export interface Ended {
  readonly code: number | string;
  readonly output: string;
  readonly errors: string;
}

export interface Options {
  readonly input?: string | Uint8Array;
  /** Whether the input goes on. @default false */
  readonly isOpen?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A process of the program with its standard streams. */
export class Operator {
  readonly process: ChildProcess;
  output = "";
  errors = "";
  readonly ended: Promise<Ended>;

  constructor(
    program: readonly string[],
    { input, isOpen = false, environment = {} }: Options = {},
  ) {
    const [file = "", ...args] = program;
    const { NO_COLOR, FORCE_COLOR, STATEFUN_URL, STATEFUN_TOKEN, ...inherited } = process.env;
    this.process = spawn(file, args, { env: { ...inherited, ...environment } });
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
    // It may end before it has read its input.
    this.process.stdin?.on("error", () => {});
    if (!isOpen) this.process.stdin?.end(input ?? "");
    this.ended = once(this.process, "close").then(([code, signal]) => {
      const { output, errors } = this;
      return { code: signal ?? code, output, errors };
    });
    closing(async () => {
      if (this.process.exitCode === null) this.process.kill("SIGKILL");
      await this.ended;
    });
  }

  /** Until its output or its errors have it. */
  async says(pattern: RegExp): Promise<void> {
    const end = Date.now() + 60_000;
    while (!pattern.test(this.output) && !pattern.test(this.errors)) {
      if (Date.now() > end) throw new Error(`never ${pattern}:\n${this.output}\n${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** `statefun ARGS --url URL --token writer`, by the environment. */
export function startOperator(url: string, args: readonly string[], options: Options = {}) {
  const environment = { STATEFUN_URL: url, STATEFUN_TOKEN: "writer", ...options.environment };
  return new Operator([...command, ...args], { ...options, environment });
}

/** The same to its end. */
export function operator(url: string, args: readonly string[], options?: Options): Promise<Ended> {
  return startOperator(url, args, options).ended;
}

/** The objects of an output with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: JSON, of which each test says what it expects.
export function objectsOf({ output }: Ended): any[] {
  return output.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}
