import { peek } from "../../internal/show.ts";
import { plainValue, type WireAddress, type WireValue } from "../../model/invocation.ts";
import type { CellWrite } from "../contract/store.ts";
import { digestOf } from "../ingress/payload-digest.ts";
import type { Partition } from "../partition.ts";

/** What an operator names a value by that cannot be read. A digest of a value has blanks. */
export const unreadable = "unreadable";

/**
 * Whether a row of an instance cannot be read, so that none of its states is in memory. Such a row can be replaced or deleted
 * all the same: by what the open window says, and what the store has of the others.
 */
export function damagedStates({ mailboxes }: Partition, address: WireAddress): boolean {
  const actor = mailboxes.actor(address);
  if (actor.cells !== undefined) return false;
  return !isReadable(() => mailboxes.cellsOf(actor));
}

export function damagedDigest(partition: Partition, address: WireAddress, name: string): string {
  const { journal, options } = partition;
  const write = lastWrite(partition, address, name);
  if (write !== undefined) return digestOr(write.value);
  let digest = unreadable;
  isReadable(() => {
    const stored = options.store.state(address, name);
    const isExpired = (stored?.expiresAt ?? Number.POSITIVE_INFINITY) <= journal.now();
    digest = digestOr(isExpired ? undefined : stored?.value);
  });
  return digest;
}

export function damagedNames(partition: Partition, address: WireAddress): readonly string[] {
  const names = partition.options.store.stateNames(address);
  return names.filter((name) => damagedDigest(partition, address, name) !== "");
}

/** In the open window alone: what is in memory of the instance is read again after its commit. */
export function writeDamaged(
  partition: Partition,
  address: WireAddress,
  name: string,
  value: WireValue | undefined,
): void {
  const { journal, options, mailboxes, effects } = partition;
  const { window } = journal;
  const gone = { address, name, value: undefined, expiresAt: undefined };
  const earlier = lastWrite(partition, address, name);
  const stored = earlier?.cell ?? options.store.cellOf(address, name);
  if (stored !== undefined) window.cells.set(stored, { cell: stored, ...gone });
  if (value === undefined) return;
  // Under another number: half of what the old one had may be missing.
  const cell = journal.nextCell();
  const expiresAt = effects.endOf(mailboxes.actor(address), name, new Map());
  window.cells.set(cell, { cell, address, name, value, expiresAt });
}

/** What the open window has done to a state. */
function lastWrite(
  { journal }: Partition,
  { typename, id }: WireAddress,
  name: string,
): CellWrite | undefined {
  return [...journal.window.cells.values()].findLast(
    (write) =>
      write.name === name && write.address.typename === typename && write.address.id === id,
  );
}

function digestOr(value: WireValue | undefined): string {
  return value === undefined ? "" : digestOf(plainValue(value));
}

function isReadable(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (peek(error, "code") === "state_undecodable") return false;
    throw error;
  }
}
