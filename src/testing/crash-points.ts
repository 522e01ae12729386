import type { CommitWindow, Store } from "../engine/contract/store.ts";
import { StateFunError } from "../internal/errors.ts";

/** Decides about a crash at a boundary, and lets it happen: after it has returned true nothing has an effect. */
export type CrashPoint = (where: string) => boolean;

/**
 * A store whose process may die around each commit and each wait for the disk. What was committed stays, as on
 * a disk; the rest is lost, as it is with a process.
 */
export function withCrashPoints(store: Store, crashes: CrashPoint): Store {
  const die = (where: string): void => {
    if (crashes(where)) throw new StateFunError("unavailable", `crashed ${where}`);
  };
  const wrapped: Store = Object.create(store);
  // The methods of the store use its own private fields, so each is called on the store itself.
  for (const name of reads) {
    const read = store[name] as ((...args: unknown[]) => unknown) | undefined;
    if (read === undefined) continue;
    Object.defineProperty(wrapped, name, { value: read.bind(store) });
  }
  const commit = (window: CommitWindow): void => {
    die("before a commit");
    store.commit(window);
    die("after a commit");
  };
  const durable = async (): Promise<void> => {
    await store.durable();
    die("before a release");
  };
  Object.defineProperty(wrapped, "commit", { value: commit });
  Object.defineProperty(wrapped, "durable", { value: durable });
  return wrapped;
}

const reads = [
  "open",
  "load",
  "stateNames",
  "state",
  "messages",
  "nextDue",
  "dueTimers",
  "timerByToken",
  "timersOf",
  "unsentEgresses",
  "unsent",
  "kept",
  "dead",
  "deadAt",
  "countDead",
  "accepted",
  "acceptedCall",
  "position",
  "linksOut",
  "linkIn",
  "silentLinks",
  "outbox",
  "watch",
  "close",
] as const satisfies readonly (keyof Store)[];
