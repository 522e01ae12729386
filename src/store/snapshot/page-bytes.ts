import type { AcceptedRecord } from "../../engine/contract/records.ts";
import { type StoredInstance, snapshotPageBytes } from "../../engine/contract/snapshot.ts";
import type { WireValue } from "../../model/invocation.ts";
import { valueBytes } from "../../model/message-bytes.ts";

/** At least one item, if there is any; at most `limit`, and no more behind those that fill a page. */
export function pageOf<T>(items: Iterator<T>, limit: number, bytesOf: (item: T) => number): T[] {
  const page: T[] = [];
  let bytes = 0;
  while (page.length < limit && bytes < snapshotPageBytes) {
    const { done, value } = items.next();
    if (done === true) break;
    page.push(value);
    bytes += bytesOf(value);
  }
  return page;
}

export function instanceBytes({ address, states }: StoredInstance): number {
  let bytes = address.id.length;
  for (const { value } of states.values()) bytes += storedBytes(value);
  return bytes;
}

export function mailBytes({ argument }: { readonly argument: WireValue }): number {
  return storedBytes(argument);
}

export function acceptedBytes({ key, outcome }: AcceptedRecord): number {
  return key.length + (outcome?.kind === "reply" ? storedBytes(outcome.value) : 0);
}

function storedBytes(value: WireValue): number {
  let bytes = valueBytes(value);
  for (const header of value.headers) bytes += header.key.length + (header.value?.length ?? 0);
  return bytes;
}
