import process from "node:process";
import { Worker } from "node:worker_threads";

/** Between two looks. */
const lookMs = 1_000;

/**
 * Ends this process when the one that started it is gone, also while a loop without an end keeps it from hearing of that: it would hold
 * the file and the port for ever. The thread looks at nothing but the parent.
 */
export function endWithParent(): void {
  const look = `if (process.ppid !== ${process.ppid}) process.kill(process.pid, "SIGKILL")`;
  const worker = new Worker(`setInterval(() => { ${look}; }, ${lookMs})`, {
    eval: true,
    execArgv: [],
  });
  worker.unref();
}
