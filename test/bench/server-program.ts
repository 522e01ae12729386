import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { answerOf, isRunning } from "./child-answers.ts";
import { nodeFlags, programPath } from "./node-program.ts";

/** A server of the folder `programs` as a process of its own. */
export interface ServerProgram {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

export async function startProgram(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProgram> {
  const child = fork(programPath(name), args, {
    execArgv: [...nodeFlags],
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const { port } = await answerOf<{ readonly port: number }>(child, name);
  return {
    port,
    pid: child.pid ?? 0,
    async close() {
      if (!isRunning(child)) return;
      const exited = once(child, "exit");
      // The program ends with its parent's end of the channel.
      child.disconnect();
      await exited;
    },
  };
}

/** Ends a process of somebody else's program, whose files nobody needs any more. */
export async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
