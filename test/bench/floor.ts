import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cpuSecondsOf } from "./process-cpu.ts";
import type { Counters } from "./counters.ts";
import { startProgram } from "./server-program.ts";
import { paced, steadyCalls } from "./steady-calls.ts";

/** What a durable call cannot be faster than on this machine, at an even pace. */
export interface Floor {
  /** The milliseconds of each call of a server of node:http that sends back what it got. */
  echo(count: number, perSecond: number): Promise<number[]>;
  /** The same of writing a page to a file and flushing it, in this process. */
  flush(count: number, perSecond: number): Promise<number[]>;
  close(): Promise<void>;
}

/** A page of the log of SQLite, with its header. */
const page = new Uint8Array(4_096 + 24);

export async function startFloor(): Promise<Floor> {
  const { port, pid, close } = await startProgram("serve-bare");
  const bare: Counters = {
    origin: `http://127.0.0.1:${port}`,
    headers: { "content-type": "application/json" },
    path: (id) => `/${id}`,
    cpuSeconds: () => cpuSecondsOf([pid]),
    close,
  };
  const folder = mkdtempSync(join(tmpdir(), "statefun-floor-"));
  const file = openSync(join(folder, "log"), "w");
  return {
    echo: (count, perSecond) => steadyCalls(bare, count, perSecond),
    flush: (count, perSecond) =>
      paced(count, perSecond, () => {
        writeSync(file, page);
        fdatasyncSync(file);
      }),
    async close() {
      closeSync(file);
      rmSync(folder, { recursive: true });
      await close();
    },
  };
}
