import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Miniflare } from "miniflare";
import { type ServerCommand, startProcess } from "../matrix/server-process.ts";
import { bundle, outDir } from "./build.ts";
import { type ClusterClient, clusterClient } from "./cluster-client.ts";
import { cpuSecondsOf } from "./process-cpu.ts";

/** A server on one of the runtimes, which answers each POST by one program of `programs/answers.ts`. */
export interface AnsweringServer extends Omit<ClusterClient, "close"> {
  /** Of the runtime's own process so far. */
  cpuSeconds(): number;
  close(): Promise<void>;
}

/** The runtimes that the matrix has installed. */
const installed = join(import.meta.dirname, "../matrix/node_modules/.bin");

function server(port: number, pids: readonly number[], end: () => Promise<void>): AnsweringServer {
  const { ask, post, close } = clusterClient(port);
  const ended = async () => {
    close();
    await end();
  };
  return { ask, post, cpuSeconds: () => cpuSecondsOf(pids), close: ended };
}

async function fromCommand(command: ServerCommand): Promise<AnsweringServer> {
  const { url, pid, close } = await startProcess(command);
  return server(Number(new URL(url).port), [pid], close);
}

async function onNode(kind: string, other?: string): Promise<AnsweringServer> {
  const program = await bundle("answer-node", other);
  return fromCommand({ command: process.execPath, args: [program, kind] });
}

async function onDeno(kind: string, other?: string): Promise<AnsweringServer> {
  const program = await bundle("answer-deno", other);
  return fromCommand({
    command: join(installed, "deno"),
    args: ["run", "--allow-net=127.0.0.1", "--no-lock", "--no-remote", program, kind],
    cwd: outDir,
    env: { DENO_NO_UPDATE_CHECK: "1", DENO_DIR: join(outDir, ".deno"), NO_COLOR: "1" },
  });
}

async function onBun(kind: string, other?: string): Promise<AnsweringServer> {
  const program = await bundle("answer-bun", other);
  return fromCommand({ command: join(installed, "bun"), args: [program, kind] });
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

async function onWorkerd(kind: string, other?: string): Promise<AnsweringServer> {
  const before = childrenNamed("workerd");
  const miniflare = new Miniflare({
    modules: true,
    scriptPath: await bundle("answer-worker", other),
    compatibilityDate: "2026-07-01",
    host: "127.0.0.1",
    port: 0,
    bindings: { KIND: kind },
    // Would be fetched from the network.
    cf: false,
  });
  const { port } = await miniflare.ready;
  const pids = childrenNamed("workerd").filter((pid) => !before.includes(pid));
  return server(Number(port), pids, () => miniflare.dispose());
}

export const answeringRuntimes = [
  ["Node", onNode],
  ["Deno", onDeno],
  ["Bun", onBun],
  ["workerd", onWorkerd],
] as const;
