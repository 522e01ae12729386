import { assertFunction, assertKnownKeys } from "../internal/assert.ts";
import type { Observer } from "./observer.ts";
import type { WatchedObserver } from "./watch.ts";

export type ObserverOption = Observer | readonly Observer[] | undefined;

/** The observers of an option as one, that throws nothing; undefined where there is no hook. Never rejects. */
export type LoadObserver = () => Promise<WatchedObserver | undefined>;

/** All that there are. */
export const hookNames: readonly (keyof Observer)[] = [
  "sending",
  "accepted",
  "refused",
  "handling",
  "dead",
  "timer",
  "emitted",
  "delivered",
  "committed",
  "reachable",
  "ingress",
  "operated",
  "started",
  "stopped",
];

/**
 * Throws `invalid_argument` for what is no observer, and no list of some. What combines and guards them is loaded when it is
 * asked for, once: without an observer nobody pays for it.
 */
export function resolveObserver(
  given: ObserverOption,
  onError: (error: unknown, detail: object) => unknown,
): LoadObserver | undefined {
  if (given === undefined) return undefined;
  const all = [given].flat();
  for (const one of all) {
    assertKnownKeys(one, hookNames, "the hooks of an observer");
    for (const [name, hook] of Object.entries(one)) assertFunction(hook, `hook ${name}`);
  }
  let loaded: ReturnType<LoadObserver> | undefined;
  return () => {
    loaded ??= import("./observers.ts").then(({ observerOf }) =>
      observerOf(all, hookNames, onError),
    );
    return loaded;
  };
}
