import type { Engine } from "../../engine/contract/engine.ts";
import type { LocalApplication } from "../../host/application.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { CompactStore } from "../../store/object/compact-store.ts";
import type { ObjectEngine } from "./object-engine.ts";

/** The object whose data is moved. */
export interface Moved {
  readonly engine: Pick<ObjectEngine<never>, "look" | "change">;
  readonly application: Pick<LocalApplication, "functions" | "bindings">;
  /** Its name. */
  readonly to: string;
}

/** Engine time of the last window; 0 before the first. */
export function lastTimeOf({ partition }: Engine): number {
  // That of an object is one of these.
  return (partition.options.store as CompactStore).lastTime();
}

/** Throws `conflict` where something may run. */
export function assertStill({ partition }: Engine, what: string): void {
  if (partition.hold.isPaused) return;
  const text = `${what} needs an application that stands still: deploy it with the option paused of durableObjectEngine`;
  throw new StateFunError("conflict", text);
}
