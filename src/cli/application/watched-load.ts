import process from "node:process";
import { guardStarts } from "../../embedded/start-guard.ts";
import { StateFunError } from "../../internal/errors.ts";
import { placeOf } from "./load-failure.ts";

/** A file that has not been loaded by then probably starts what it should export. */
const slowMs = 5_000;

const rule =
  "an entry file must only export its functions, or the options of createRuntime as its default export, and start nothing";

/**
 * Loads an entry, and notices one that starts what it should export: it would open its production file, or never
 * end to load. Rejects with `module_invalid` for a runtime that it starts, at once and before a store is opened;
 * without `warn` for one that waits for long, too.
 */
export async function watchedLoad<T>(
  name: string,
  load: () => T | Promise<T>,
  warn?: (message: string) => void,
): Promise<T> {
  let refuse: (error: StateFunError) => void = () => {};
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  guardStarts(() => {
    refuse(starting(name));
    // What follows in the file must not happen.
    return new Promise(() => {});
  });
  const timer = setTimeout(() => {
    if (isListening()) {
      refuse(refusal(`${name}: listens on a port and does not finish loading`));
      return;
    }
    const waits = "a top-level await has not settled";
    const text = `${name} is still loading after ${slowMs / 1_000} s: ${waits}`;
    if (warn === undefined) refuse(refusal(text));
    else warn(`${text}: ${rule}`);
  }, slowMs);
  try {
    return await Promise.race([load(), refused]);
  } finally {
    clearTimeout(timer);
    // Later, it is the program's own call that fails.
    guardStarts(() => {
      throw starting(name);
    });
  }
}

/** What to say of an entry that has started a server while it was loaded; undefined where none runs. */
export function serverWarning(name: string): string | undefined {
  if (!isListening()) return undefined;
  return `${name} listens on a port of its own, although statefun serves it: ${rule}`;
}

/** Whether a server runs in this process. Older Nodes cannot say. */
export function isListening(): boolean {
  return process.getActiveResourcesInfo?.().includes("TCPServerWrap") === true;
}

function refusal(text: string): StateFunError {
  return new StateFunError("module_invalid", `${text}: ${rule}`);
}

/** Made where `createRuntime` is called: the stack says where that is. */
function starting(name: string): StateFunError {
  const error = refusal(name);
  return refusal(`${placeOf(error) ?? name}: a runtime is started while the file is loaded`);
}
