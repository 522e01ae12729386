import type { ExpiredCell, LinkWindow, PresenceStore } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { readable } from "../damage.ts";
import { RecordWriter, recordIn } from "./object-codec.ts";
import { addressIn, endOf, endOfText, keyOf, textAt } from "./object-keys.ts";
import { expiring, reported, state } from "./object-kinds.ts";
import type { ObjectTimes } from "./object-times.ts";
import { bytesIn, timeOf } from "./rows/object-row.ts";
import type { ObjectRows } from "./rows/object-rows.ts";

const kinds = [state, expiring] as const;

/** What was reported to a directory, and what is reported next: the addresses that have a state, by the keys of their rows. */
export class ObjectPresence implements PresenceStore {
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;

  constructor(rows: ObjectRows, times: ObjectTimes) {
    this.#rows = rows;
    this.#times = times;
  }

  reported(): string | undefined {
    const row = this.#rows.find(reported, keyOf(""));
    return row && readable(() => recordIn(row.data).text(1));
  }

  idsOf(typename: string, last: string | undefined, limit: number): string[] {
    const prefix = keyOf(typename);
    const before = endOf(prefix);
    let after = last === undefined ? prefix : endOf(keyOf(typename, last));
    const ids: string[] = [];
    while (ids.length < limit) {
      const key = this.#firstKey(after, before);
      if (key === undefined) break;
      // The instance of a key that cannot be read is not found by its id, and is no instance to others.
      const id = readable(() => textAt(key, prefix.length));
      if (id !== undefined) ids.push(id);
      after = endOf(key.subarray(0, endOfText(key, prefix.length)));
    }
    return ids;
  }

  expired(time: number, limit: number): ExpiredCell[] {
    const found: ExpiredCell[] = [];
    // Asked with every window: before the first time nothing is read.
    if ((this.#times.first(expiring) ?? Number.POSITIVE_INFINITY) > time) return found;
    for (const stored of this.#rows.read(expiring, { until: time, limit })) {
      const row = readable(() => this.#rows.whole(expiring, stored));
      if (row === undefined) continue;
      const { key, at, number } = row;
      const cell = readable(() => ({
        name: recordIn(row.data).text(8),
        cell: timeOf(number),
        expiresAt: timeOf(at),
      }));
      if (cell !== undefined) found.push({ address: readable(() => addressIn(key)), ...cell });
    }
    return found;
  }

  hasValid({ typename, id }: WireAddress, time: number): boolean {
    const after = keyOf(typename, id);
    const range = { after, before: endOf(after), limit: 1 };
    if (this.#rows.keys(state, range).length > 0) return true;
    return this.#rows.keys(expiring, { ...range, later: time }).length > 0;
  }

  apply({ reported: text }: LinkWindow): void {
    if (text === undefined) return;
    this.#rows.put(reported, keyOf(""), { data: new RecordWriter().text(1, text).done() });
  }

  #firstKey(after: Uint8Array, before: Uint8Array): Uint8Array | undefined {
    let first: Uint8Array | undefined;
    for (const kind of kinds) {
      const [key] = this.#rows.keys(kind, { after, before, limit: 1 });
      if (key === undefined) continue;
      const bytes = bytesIn(key, "key");
      if (first === undefined || isLess(bytes, first)) first = bytes;
    }
    return first;
  }
}

function isLess(left: Uint8Array, right: Uint8Array): boolean {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const difference = Number(left[at]) - Number(right[at]);
    if (difference !== 0) return difference < 0;
  }
  return left.length < right.length;
}
