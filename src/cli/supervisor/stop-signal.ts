import { readFileSync } from "node:fs";
import process from "node:process";

/** npm hands on a Ctrl-C that the terminal sent to everybody: those are one. */
const sameSignalMs = 500;

/** How often a program that npm or `node --run` started looks whether that is still there. */
const lookMs = 200;

/** Resolves at the first signal to end, or when npm or `node --run` ends that has started this process. A second one does not wait: it kills, and ends this process at once. */
export function stopSignal(kill: () => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (signal: "SIGINT" | "SIGTERM" | "SIGHUP"): void => {
      const now = Date.now();
      first ??= now;
      resolve();
      if (now - first < sameSignalMs) return;
      kill();
      process.exit(signal === "SIGINT" ? 130 : 143);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
    whenRunnerEnds(resolve);
  });
}

/**
 * A SIGTERM to npm ends the shell between the two, which hands nothing on: this process gets another parent. A SIGTERM to
 * `node --run`, and a SIGKILL to either, leaves the shell, which gets another parent. A program that was not started so may
 * outlive its parent, as `nohup` has it.
 */
function whenRunnerEnds(end: () => void): void {
  const { npm_lifecycle_event: npm, NODE_RUN_SCRIPT_NAME: node } = process.env;
  if (npm === undefined && node === undefined) return;
  const ancestors = ancestorsBelowRunner();
  const timer = setInterval(() => {
    if (ancestorsBelowRunner() === ancestors) return;
    clearInterval(timer);
    end();
  }, lookMs);
  timer.unref();
}

/** This process's parent, and the parent of that if it is a shell: then npm or Node is above it. */
function ancestorsBelowRunner(): string {
  const parent = process.ppid;
  try {
    // Linux alone shows a process so. Elsewhere `sh` is mostly one that becomes what it runs.
    const command = readFileSync(`/proc/${parent}/cmdline`, "utf8");
    if (!/^(?:\S*\/)?(?:ba|da|a|k|z)?sh\0-c\0/.test(command)) return `${parent}`;
    const status = readFileSync(`/proc/${parent}/status`, "utf8");
    return `${parent} ${/^PPid:\s*(\d+)/m.exec(status)?.[1]}`;
  } catch {
    return `${parent}`;
  }
}
