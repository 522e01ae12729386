import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import type { Started } from "../contract/suite.ts";
import { type ServerCommand, startProcess } from "../matrix/server-process.ts";
import { bundle, outDir } from "./build.ts";

/** A program that there is for each runtime: `programs/loop-node.ts`, `programs/loop-deno.ts`, … */
export interface Program {
  readonly name: "loop" | "answer";
  /** Its argument; of a Worker the binding `KIND`. */
  readonly kind?: string;
  /** A folder with another build of the package in its `node_modules`. */
  readonly other?: string | undefined;
}

export interface RunningProgram extends Started {
  /** The runtime's own processes. */
  readonly pids: readonly number[];
}

/** The runtimes that the matrix has installed. */
const installed = join(import.meta.dirname, "../matrix/node_modules/.bin");

const argumentsOf = ({ kind }: Program): string[] => (kind === undefined ? [] : [kind]);

async function fromCommand(command: ServerCommand): Promise<RunningProgram> {
  const { url, pid, close } = await startProcess(command);
  return { url, pids: [pid], close };
}

async function onNode(program: Program): Promise<RunningProgram> {
  const file = await bundle(`${program.name}-node`, program.other);
  return fromCommand({ command: process.execPath, args: [file, ...argumentsOf(program)] });
}

async function onDeno(program: Program): Promise<RunningProgram> {
  const file = await bundle(`${program.name}-deno`, program.other);
  const flags = ["--allow-net=127.0.0.1", "--no-lock", "--no-remote"];
  return fromCommand({
    command: join(installed, "deno"),
    args: ["run", ...flags, file, ...argumentsOf(program)],
    cwd: outDir,
    env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno"), NO_COLOR: "1" },
  });
}

async function onBun(program: Program): Promise<RunningProgram> {
  const file = await bundle(`${program.name}-bun`, program.other);
  return fromCommand({
    command: join(installed, "bun"),
    args: [file, ...argumentsOf(program)],
  });
}

/** Processes that this one has started, by the name of their program. */
function childrenNamed(name: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
        const [, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(parent) === process.pid && stat.includes(`(${name})`);
      } catch {
        // It has ended meanwhile.
        return false;
      }
    })
    .map(Number);
}

async function onWorkerd({ name, kind, other }: Program): Promise<RunningProgram> {
  const before = childrenNamed("workerd");
  const miniflare = new Miniflare({
    modules: true,
    scriptPath: await bundle(`${name}-worker`, other),
    compatibilityDate: "2026-07-01",
    host: "127.0.0.1",
    port: 0,
    ...(kind === undefined ? {} : { bindings: { KIND: kind } }),
    // Would be fetched from the network.
    cf: false,
  });
  const { origin } = await miniflare.ready;
  const pids = childrenNamed("workerd").filter((pid) => !before.includes(pid));
  return { url: origin, pids, close: () => miniflare.dispose() };
}

/** Each runtime, and how it starts a program. */
export const runtimes = [
  ["Node", onNode],
  ["Deno", onDeno],
  ["Bun", onBun],
  ["workerd", onWorkerd],
] as const;
