import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Started } from "../contract/suite.ts";

/** Generous: a cold start beside other work on two cores takes seconds. */
const startTimeoutMs = 120_000;
const stopTimeoutMs = 20_000;

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Finds the URL in what the process has printed so far. */
  readonly ready?: (output: string) => string | undefined;
  readonly stopBy?: "SIGTERM" | "SIGINT";
}

/** The programs of this folder announce themselves by one line of JSON. */
function announcedUrl(output: string): string | undefined {
  const port = /^\{"port":(\d+)\}$/m.exec(output)?.[1];
  return port === undefined ? undefined : `http://127.0.0.1:${port}`;
}

export interface ServerProcess extends Started {
  readonly pid: number;
  /** What it has printed last, as the terminal would show it. */
  printed(): string;
  /** The exit code, once it has ended: null when a signal ended it. */
  stop(): Promise<number | null>;
}

/** Starts a server as a process of its own, and ends it by its own pid. */
export async function startProcess(server: ServerCommand): Promise<ServerProcess> {
  const { ready = announcedUrl, stopBy = "SIGTERM" } = server;
  const child = spawn(server.command, [...server.args], {
    cwd: server.cwd,
    env: { ...process.env, ...server.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit").then(() => child.exitCode);
  let output = "";
  let errors = "";
  child.stderr.on("data", (data) => {
    errors = `${errors}${data}`.slice(-20_000);
  });
  const url = await new Promise<string>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}\n${output}\n${errors}`));
    const timer = setTimeout(() => fail("the server does not start"), startTimeoutMs);
    child.once("error", reject);
    child.once("exit", () => fail("the server ended before it was ready"));
    child.stdout.on("data", (data) => {
      output = `${output}${data}`.slice(-1_000_000);
      const found = ready(output);
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
  }).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  let isStopped = false;
  child.once("exit", (code, signal) => {
    // All that is asked of it from now on fails: say why.
    if (!isStopped)
      console.error(`${server.command} ended (${code ?? signal}) unasked:\n${errors}`);
  });
  const stop = async () => {
    isStopped = true;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(stopBy);
    const force = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
    const code = await exited;
    clearTimeout(force);
    return code;
  };
  return {
    url,
    pid: child.pid ?? 0,
    printed: () => `${output}\n${errors}`,
    stop,
    close: async () => {
      await stop();
    },
  };
}
