import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What a process says in a line. */
export interface Said {
  readonly event: string;
  readonly n?: number;
  readonly code?: string;
  readonly reason?: string;
  readonly seen?: readonly number[];
}

/** The command that runs the program `owner.ts`, without its own arguments. */
export type Command = readonly [string, ...string[]];

const local = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** From source, on the runtime of the tests. */
export const nodeFromSource: Command = [
  process.execPath,
  "--import",
  local("../docs/from-source.ts"),
  local("owner.ts"),
];

const running = new Set<ChildProcess>();

export function killOwners(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** A process that has a store, or was refused. */
export class Owner {
  readonly #process: ChildProcess;
  readonly #said: Said[] = [];
  #wake = (): void => {};
  #isOver = false;
  readonly ended: Promise<NodeJS.Signals | null>;

  constructor([command, ...before]: Command, path: string, ...more: string[]) {
    const child = spawn(command, [...before, path, ...more], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#process = child;
    running.add(child);
    // Whoever writes to a process that has just ended is told by its end.
    child.stdin?.on("error", () => {});
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#said.push(JSON.parse(line));
        this.#wake();
      });
    }
    this.ended = new Promise((resolve) => {
      child.once("close", (_, signal) => {
        running.delete(child);
        this.#isOver = true;
        this.#wake();
        resolve(signal);
      });
    });
  }

  command(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** The first of what it says, from now or from earlier, that fits; undefined when it ends before. Taken out. */
  async hear(...events: string[]): Promise<Said | undefined> {
    for (;;) {
      const index = this.#said.findIndex(({ event }) => events.includes(event));
      if (index >= 0) return this.#said.splice(index, 1)[0];
      if (this.#isOver) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends numbers, and gives those that were acknowledged, and the codes of the refusals. */
  async send(from: number, to: number): Promise<{ acknowledged: number[]; codes: Set<string> }> {
    const acknowledged: number[] = [];
    const codes = new Set<string>();
    for (let n = from; n <= to; n += 1) this.command(`send ${n}`);
    for (let n = from; n <= to; n += 1) {
      const said = await this.hear("acknowledged", "refused");
      if (said === undefined) break;
      if (said.event === "acknowledged") acknowledged.push(said.n ?? Number.NaN);
      else codes.add(said.code ?? "");
    }
    return { acknowledged, codes };
  }

  async close(): Promise<void> {
    this.command("close");
    await this.ended;
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.ended;
  }
}
