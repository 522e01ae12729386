import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSecondsOf } from "./process-cpu.ts";
import { startProgram } from "./server-program.ts";

/** Something that counts by id, over HTTP: a POST of a number adds it and is answered with the sum. */
export interface Counters {
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  path(id: string): string;
  /** CPU seconds of all its processes so far. */
  cpuSeconds(): number;
  /** Ends its processes and removes its files. */
  close(): Promise<void>;
}

interface StatefunOptions {
  /** Its `fetch` is not passed on as it is, so that a `Request` and a `Response` are made. */
  readonly isWrapped?: boolean;
  /** Variables for the process, by the folder of its file. */
  readonly environmentOf?: (folder: string) => Readonly<Record<string, string>>;
}

/** Ours: one process, with its store in a file. */
export async function startStatefun(
  durability: "full" | "normal",
  { isWrapped = false, environmentOf = () => ({}) }: StatefunOptions = {},
): Promise<Counters> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
  const file = join(folder, "app.db");
  const args = [durability, file, isWrapped ? "wrapped" : ""];
  const { port, pid, close } = await startProgram("serve-counter", args, environmentOf(folder));
  return {
    origin: `http://127.0.0.1:${port}`,
    headers: { "content-type": "application/json", prefer: "wait=30" },
    path: (id) => `/functions/bench/counter/${id}`,
    cpuSeconds: () => cpuSecondsOf([pid]),
    async close() {
      await close();
      rmSync(folder, { recursive: true });
    },
  };
}
