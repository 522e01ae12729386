import process from "node:process";

/** npm hands on a Ctrl-C that the terminal sent to everybody: those are one. */
const sameSignalMs = 500;

/** Resolves at the first signal to end. A second one does not wait: it kills, and ends this process at once. */
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
  });
}
