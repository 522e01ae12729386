import type { AcceptedRecord } from "../../engine/contract/records.ts";
import type { CommitWindow } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { AddressMap } from "./address-map.ts";
import { copyOfAccepted } from "./copies.ts";
import { type Expiring, ExpiryQueue } from "./expiry-queue.ts";
import { assertDistinct, duplicate } from "./memory-checks.ts";

interface AcceptedRow extends Expiring {
  readonly record: AcceptedRecord;
}

export class MemoryAccepted {
  readonly #byTarget = new AddressMap<Map<string, AcceptedRow>>();
  readonly #byNumber = new Map<number, AcceptedRow>();
  readonly #byCall = new Map<string, AcceptedRow>();
  readonly #expiry = new ExpiryQueue<AcceptedRow>();

  get(target: WireAddress, key: string): AcceptedRecord | undefined {
    return copyOfAccepted(this.#byTarget.get(target)?.get(key)?.record);
  }

  call(call: string): AcceptedRecord | undefined {
    return copyOfAccepted(this.#byCall.get(call)?.record);
  }

  all(): AcceptedRecord[] {
    return Array.from(this.#byNumber.values(), ({ record }) => record);
  }

  /** A message has one key at most, and a call too. */
  check({ accepted }: CommitWindow): void {
    for (const record of accepted) {
      const others = [this.#byNumber.get(record.number), this.#byCall.get(record.call ?? "")];
      for (const other of others) {
        if (other && !isSameKey(other.record, record)) throw duplicate(nameOf(record));
      }
    }
    if (accepted.length > 1) assertDistinct(accepted.map(nameOf));
  }

  apply({ accepted }: CommitWindow): void {
    for (const record of accepted) {
      const { target, key, number, call, expiresAt } = record;
      const keys = this.#byTarget.get(target);
      const before = keys?.get(key);
      if (before !== undefined) this.#forget(before);
      const row: AcceptedRow = { record, expiresAt, ticket: undefined };
      this.#byNumber.set(number, row);
      if (call !== undefined) this.#byCall.set(call, row);
      this.#expiry.track(row);
      if (keys === undefined) this.#byTarget.set(target, new Map([[key, row]]));
      else keys.set(key, row);
    }
  }

  sweep(time: number, limit: number): boolean {
    return this.#expiry.sweep(time, limit, (row) => {
      const { target, key } = row.record;
      this.#forget(row);
      const keys = this.#byTarget.get(target);
      keys?.delete(key);
      if (keys?.size === 0) this.#byTarget.delete(target);
    });
  }

  #forget(row: AcceptedRow): void {
    const { number, call } = row.record;
    this.#byNumber.delete(number);
    if (call !== undefined) this.#byCall.delete(call);
    this.#expiry.untrack(row);
  }
}

function isSameKey(left: AcceptedRecord, right: AcceptedRecord): boolean {
  return (
    left.key === right.key &&
    left.target.id === right.target.id &&
    left.target.typename === right.target.typename
  );
}

function nameOf({ number }: AcceptedRecord): string {
  return `a key of message ${number}`;
}
