/** Waits for work, and no longer than until the signal aborts: then it rejects with the reason. The work goes on. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
    // A signal may outlive many waits.
    const end = (): void => signal.removeEventListener("abort", abort);
    work.then(resolve, reject).finally(end);
  });
}
