/** Runs something soon, in a microtask, as `queueMicrotask` does. In order. */
export type Soon = (run: () => void) => void;

/**
 * Runs things in the asynchronous context in which it was made, not in that of its caller: whoever wakes an engine is mostly one
 * request, and the work of the engine is that of others too. A context is what `AsyncLocalStorage` has, and with it the active span
 * of a trace. No API for that is on every runtime, but everywhere an async function goes on in its own context after an `await`.
 */
export function ownContext(): Soon {
  let waiting: (() => void)[] = [];
  let wake: (() => void) | undefined;
  const work = async (): Promise<never> => {
    for (;;) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        // What was asked for meanwhile has its own turn.
        if (waiting.length > 0) resolve();
      });
      const all = waiting;
      waiting = [];
      for (const run of all) guarded(run);
    }
  };
  void work();
  return (run) => {
    waiting.push(run);
    wake?.();
  };
}

/** What it throws is thrown where nothing else ends. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** Runs something that takes its time, and gives what it gives. */
export function runIn<T>(soon: Soon, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    soon(() => {
      try {
        resolve(run());
      } catch (error) {
        reject(error);
      }
    });
  });
}
