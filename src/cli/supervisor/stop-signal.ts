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
  const parent = process.ppid;
  // What a shell becomes later, by `exec`, is still below the same runner.
  const runner = isShell(parent) ? parentOf(parent) : undefined;
  const timer = setInterval(() => {
    const hasRunner = runner === undefined || (parentOf(parent) ?? runner) === runner;
    if (process.ppid === parent && hasRunner) return;
    clearInterval(timer);
    end();
  }, lookMs);
  timer.unref();
}

/** Linux alone shows a process so. Elsewhere `sh` is mostly one that becomes what it runs. */
function isShell(pid: number): boolean {
  const command = shownOf(pid, "cmdline");
  return command !== undefined && /^(?:\S*\/)?(?:ba|da|a|k|z)?sh\0-c\0/.test(command);
}

/** Undefined where it cannot be read. */
function parentOf(pid: number): string | undefined {
  return /^PPid:\s*(\d+)/m.exec(shownOf(pid, "status") ?? "")?.[1];
}

function shownOf(pid: number, what: "cmdline" | "status"): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${what}`, "utf8");
  } catch {
    return undefined;
  }
}
