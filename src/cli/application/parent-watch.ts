import process from "node:process";
import { Worker } from "node:worker_threads";

/** Between two looks. */
const lookMs = 1_000;

/** Of another process: whether it is there. Where it is gone its number may be somebody else's, which delays the end. */
const isThere = `(pid) => {
  try {
    return process.kill(pid, 0);
  } catch ({ code }) {
    return code !== "ESRCH";
  }
}`;

/**
 * Ends this process when its supervisor is gone, also while a loop without an end keeps it from hearing of that: it would hold
 * the file and the port for ever. The thread looks at nothing else, and where it cannot run the application does without.
 */
export function endWithParent(supervisor: number): void {
  // The parent's number changes at once on most systems; on Windows it never does, nor where it had gone before this.
  const isGone = `process.ppid !== ${process.ppid} || !(${isThere})(${supervisor})`;
  const look = `if (${isGone}) process.kill(process.pid, "SIGKILL");`;
  try {
    const worker = new Worker(`setInterval(() => { ${look} }, ${lookMs})`, {
      eval: true,
      execArgv: [],
      // What NODE_OPTIONS loads is for the application, and may refuse to be loaded in a thread.
      env: {},
    });
    worker.on("error", () => {});
    worker.unref();
  } catch {
    // A permission is missing.
  }
}
