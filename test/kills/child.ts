import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** One life of the program. */
export class Child {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  /** Resolves with the signal that ended it when everything that it wrote was read. */
  readonly ended: Promise<string | null>;

  constructor(store: string, records: string, onLine: (line: string) => void) {
    const program = ["--import", local("../docs/from-source.ts"), local("program.ts")];
    const stdio = ["pipe", "pipe", "inherit"] as const;
    this.#process = spawn(process.execPath, [...program, store, records], { stdio: [...stdio] });
    // Whoever writes to a process that was just killed is told by its end.
    this.#process.stdin.on("error", () => {});
    createInterface({ input: this.#process.stdout }).on("line", onLine);
    this.ended = new Promise((resolve, reject) => {
      this.#process.on("error", reject);
      this.#process.on("close", (_, signal) => resolve(signal));
    });
  }

  write(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }
}
