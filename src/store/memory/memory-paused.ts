import type { PausedKey, PausedRecord } from "../../engine/contract/actions.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";

/** What operators have stopped. */
export class MemoryPaused {
  readonly #rows = new Map<string, PausedRecord>();

  all(): PausedRecord[] {
    return Array.from(this.#rows.values(), (record) => ({ ...record }));
  }

  apply({ paused }: CommitWindow): void {
    for (const key of paused.removed) this.#rows.delete(nameOf(key));
    for (const record of paused.added) this.#rows.set(nameOf(record), record);
  }
}

function nameOf({ typename, id }: PausedKey): string {
  return id === undefined ? typename : `${typename}/${id}`;
}
