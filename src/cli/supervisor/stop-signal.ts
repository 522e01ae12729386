import process from "node:process";

/** npm hands on a Ctrl-C that the terminal sent to everybody: those are one. */
const sameSignalMs = 500;

/** How often a program that npm started looks whether npm is still there. */
const lookMs = 200;

/** Resolves at the first signal to end, or when npm ends that has started this process. A second one does not wait: it kills, and ends this process at once. */
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
    whenNpmEnds(resolve);
  });
}

/**
 * npm hands a SIGTERM to the shell between the two, which ends and hands nothing on: this process gets another parent. A program
 * that npm did not start may outlive its parent, as `nohup` has it.
 */
function whenNpmEnds(end: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    end();
  }, lookMs);
  timer.unref();
}
