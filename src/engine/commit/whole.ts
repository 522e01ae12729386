import type { Journal } from "./journal.ts";

/**
 * What a change of the open window gives, for a caller that would ask for all of it again. If it throws, the engine stops: half
 * of it must not be committed.
 */
export function whole<T>(journal: Journal, change: () => T): T {
  try {
    return change();
  } catch (error) {
    journal.fail(error);
    throw journal.failure ?? error;
  }
}
