import process from "node:process";
import { StateFunError } from "../../internal/errors.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As shells have it, after Ctrl-C. */
const interrupted = 130;

/** Work that a signal ends. `hint` says what becomes of it. */
export async function interruptible<T>(
  hint: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const onSignal = (): void => {
    const error = new StateFunError("unavailable", `interrupted: ${hint}`);
    stop.abort(Object.assign(error, { exitCode: interrupted }));
  };
  for (const signal of signals) process.once(signal, onSignal);
  try {
    return await work(stop.signal);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
