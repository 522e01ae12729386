import type { WireAddress } from "../../model/invocation.ts";
import type { PausedHealth, PausedKey, PausedRecord } from "../contract/actions.ts";

interface PausedFunction {
  whole: PausedRecord | undefined;
  readonly instances: Map<string, PausedRecord>;
}

/** What operators have stopped, as the store and the open window have it. */
export class Pauses {
  readonly #functions = new Map<string, PausedFunction>();
  count = 0;

  /** Whether no step of an instance may start: it is paused, or its function is. */
  has({ typename, id }: WireAddress): boolean {
    if (this.#functions.size === 0) return false;
    const all = this.#functions.get(typename);
    return all !== undefined && (all.whole !== undefined || all.instances.has(id));
  }

  /** The pause of exactly this. */
  get({ typename, id }: PausedKey): PausedRecord | undefined {
    const all = this.#functions.get(typename);
    return id === undefined ? all?.whole : all?.instances.get(id);
  }

  put(record: PausedRecord): void {
    const { typename, id } = record;
    if (this.get(record) === undefined) this.count++;
    const all = this.#functions.get(typename) ?? { whole: undefined, instances: new Map() };
    this.#functions.set(typename, all);
    if (id === undefined) all.whole = record;
    else all.instances.set(id, record);
  }

  drop(key: PausedKey): void {
    const all = this.#functions.get(key.typename);
    if (all === undefined || this.get(key) === undefined) return;
    this.count--;
    if (key.id === undefined) all.whole = undefined;
    else all.instances.delete(key.id);
    if (all.whole === undefined && all.instances.size === 0) this.#functions.delete(key.typename);
  }

  /** Instances of a function that are paused by themselves. */
  idsOf(typename: string): Iterable<string> {
    return this.#functions.get(typename)?.instances.keys() ?? [];
  }

  all(): PausedRecord[] {
    const records: PausedRecord[] = [];
    for (const { whole, instances } of this.#functions.values()) {
      if (whole !== undefined) records.push(whole);
      records.push(...instances.values());
    }
    return records;
  }

  health(waiting: ReadonlyMap<string, number>): readonly PausedHealth[] {
    return Array.from(this.#functions, ([typename, { whole, instances }]) => ({
      typename,
      isWhole: whole !== undefined,
      instances: instances.size,
      waiting: waiting.get(typename) ?? 0,
    }));
  }
}
