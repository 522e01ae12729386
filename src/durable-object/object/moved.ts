import type { Engine } from "../../engine/contract/engine.ts";
import type { Position } from "../../engine/contract/records.ts";
import type { LocalApplication } from "../../host/application.ts";
import type { ObjectStore } from "../../store/object/object-store.ts";
import type { ObjectEngine } from "./object-engine.ts";

/** The object whose data is moved. */
export interface Moved {
  readonly engine: Pick<ObjectEngine<never>, "look" | "change">;
  readonly application: Pick<LocalApplication, "functions" | "bindings">;
  /** Its name. */
  readonly to: string;
}

/** What was found when it was last looked. */
const looks = new WeakMap<Engine, { readonly number: Position; readonly at: number }>();

/**
 * Engine time after which nothing has come here; 0 for an object that never had anything. What comes gets a number. Windows without one,
 * in which the engine forgets what was acknowledged or has expired, are distinguished from the first look on.
 */
export function changedAt(engine: Engine): number {
  const { journal, options } = engine.partition;
  const { number } = journal.given;
  const before = looks.get(engine);
  if (before?.number === number) return before.at;
  // The store of an object is one of these.
  const at = (options.store as ObjectStore).lastTime();
  looks.set(engine, { number, at });
  return at;
}
