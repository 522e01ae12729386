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

/** Ours: one process, with its store in a file. `wrapped`: its `fetch` is not passed on as it is. */
export async function startStatefun(
  durability: "full" | "normal",
  ...how: readonly "wrapped"[]
): Promise<Counters> {
  const folder = mkdtempSync(join(tmpdir(), "statefun-bench-"));
  const file = join(folder, "app.db");
  const { port, pid, close } = await startProgram("serve-counter", [durability, file, ...how]);
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
