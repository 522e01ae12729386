import type { ExportedRecord, ImportedRecord, MoveRecord, RefusedRecord } from "../move-record.ts";
import type { Address } from "../../sdk/addressing/address.ts";
import { assertRequestName } from "../wrapper/read-argument.ts";
import { Parts, readRecord } from "./read-record.ts";

/**
 * What a record was: an `answer`; the same answer once more; an answer that differs from the one before, so the instance has changed
 * between; a `part` of an answer that is not whole yet; a refusal; or nothing of this run, like the records of another one.
 */
export type Added = "answer" | "duplicate" | "changed" | "part" | "refused" | "other";

/** Takes the records that came out of the egress, in their order, and knows what is still to come. */
export interface MoveCollector {
  add(record: string | Uint8Array): Added;
  /** Every instance has answered, none has refused or changed. */
  readonly isComplete: boolean;
  /** Instances without an answer. */
  missing(): readonly Address[];
  /** The last word of those that refused. */
  refused(): readonly RefusedRecord[];
  /** Those that gave two different answers: something still reaches them. */
  changed(): readonly Address[];
  /** Answers that came once more: egresses deliver at least once. */
  readonly duplicates: number;
}

/** What one instance has said. `T` is its answer as far as it came. */
export interface Entry<T> {
  readonly address: Address;
  answer: T | undefined;
  isChanged: boolean;
  refusal: RefusedRecord | undefined;
}

type Answer = ExportedRecord | ImportedRecord;

/** What differs between an export and an import. */
export interface Collecting<T> {
  readonly of: "export" | "import";
  readonly request: string;
  readonly entries: ReadonlyMap<string, Entry<T>>;
  /** Takes an answer into an entry. Undefined where it is an answer to something else. */
  take(record: Answer, entry: Entry<T>): Added;
  isAnswered(entry: Entry<T>): boolean;
}

export function keyOf({ typename, id }: Address): string {
  return `${typename}/${id}`;
}

export function createCollector<T>(collecting: Collecting<T>): MoveCollector {
  const { of, request, entries, take, isAnswered } = collecting;
  assertRequestName(request);
  const parts = new Parts();
  let duplicates = 0;
  let isChanged = false;
  // Kept up to date, since it is asked after each record.
  const open = new Set(entries.keys());

  const added = (record: MoveRecord | undefined): Added => {
    if (record === undefined) return "other";
    const { function: typename, id } = record.kind === "exported" ? record.instance : record;
    const key = keyOf({ typename, id });
    const entry = entries.get(key);
    if (record.request !== request || entry === undefined) return "other";
    if (record.kind === "exported-part") {
      const whole = of === "export" ? parts.add(record) : undefined;
      return whole === undefined ? "part" : added(whole);
    }
    if (record.kind === "refused") {
      if (record.of !== of) return "other";
      if (!isAnswered(entry)) entry.refusal = record;
      return "refused";
    }
    if (record.kind !== (of === "export" ? "exported" : "imported")) return "other";
    const result = take(record, entry);
    if (result === "duplicate") duplicates++;
    isChanged ||= result === "changed";
    if (isAnswered(entry)) {
      // It was asked again, and did not refuse.
      entry.refusal = undefined;
      open.delete(key);
    }
    return result;
  };

  const those = (isSo: (entry: Entry<T>) => boolean): Entry<T>[] =>
    [...entries.values()].filter(isSo);
  return {
    add: (record) => added(readRecord(record)),
    get isComplete() {
      return open.size === 0 && !isChanged;
    },
    get duplicates() {
      return duplicates;
    },
    missing: () =>
      those((entry) => !isAnswered(entry) && entry.refusal === undefined).map(
        ({ address }) => address,
      ),
    refused: () => those(() => true).flatMap(({ refusal }) => (refusal ? [refusal] : [])),
    changed: () => those((entry) => entry.isChanged).map(({ address }) => address),
  };
}
