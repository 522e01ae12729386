import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  copyFileSync,
  cpSync,
  createReadStream,
  existsSync,
  openSync,
  readFileSync,
  statSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";

/** The files that a store has while it is open. */
export const filesOf = (path: string): string[] =>
  ["", "-wal", "-shm", "-lock"].map((end) => path + end).filter((file) => existsSync(file));

type Loss = (path: string) => unknown;

const each =
  (body: (file: string) => unknown): Loss =>
  async (path) => {
    for (const file of filesOf(path)) await body(file);
  };

/** What a program may do to files, by which the system drops the locks that SQLite has taken on them. */
export const losses: Readonly<Record<string, Loss>> = {
  "read-database": (path) => readFileSync(path),
  "copy-database": (path) => copyFileSync(path, `${path}.copy`),
  "stat-and-open": each((file) => {
    statSync(file);
    closeSync(openSync(file, "r+"));
  }),
  "read-all": each((file) => readFile(file)),
  "stream-all": each(async (file) => {
    const stream = createReadStream(file).resume();
    await once(stream, "close");
  }),
  "copy-directory": (path) => cpSync(dirname(path), `${dirname(path)}-copy`, { recursive: true }),
  worker: async (path) => {
    const code = `
      const { openSync, closeSync } = require("node:fs");
      const { parentPort, workerData } = require("node:worker_threads");
      setInterval(() => {
        for (const file of workerData) {
          try { closeSync(openSync(file)); } catch {}
        }
        parentPort.postMessage("once");
      }, 0);`;
    const worker = new Worker(code, { eval: true, workerData: filesOf(path) });
    await once(worker, "message");
  },
  child: async (path) => {
    const [first = 0, ...others] = filesOf(path).map((file) => openSync(file, "r+"));
    const inherited = ["ignore", "ignore", "ignore", first, ...others] as const;
    const child = spawn(process.execPath, ["-e", "0"], { stdio: [...inherited] });
    await once(child, "close");
    for (const file of [first, ...others]) closeSync(file);
  },
};
