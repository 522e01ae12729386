import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One life of the server. */
export interface Life {
  /** Resolves with the port once it listens, and with undefined when it ended before. */
  readonly port: Promise<number | undefined>;
  /** Ends it as a power cut would, and resolves when it is gone. */
  kill(): Promise<void>;
}

export function startLife(store: string, port: number, ...more: readonly string[]): Life {
  const program = ["--import", local("../docs/from-source.ts"), local("program.ts")];
  const child = spawn(process.execPath, [...program, store, String(port), ...more], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const announced = once(lines, "line").then(([line]) => Number(JSON.parse(line).port));
  return {
    port: Promise.race([announced, exited.then(() => undefined)]),
    async kill() {
      child.kill("SIGKILL");
      const [code, signal] = await exited;
      // One that ended by itself has not been killed, and something else is wrong.
      if (signal !== "SIGKILL") throw new Error(`the server ended by itself: ${code ?? signal}`);
    },
  };
}
