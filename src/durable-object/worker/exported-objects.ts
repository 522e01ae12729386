import {
  activityEgress,
  deadLetterAddress,
  egressAddress,
} from "../../engine/routing/system-addresses.ts";
import { longestStoredId } from "../../engine/contract/snapshot.ts";
import { compareTexts } from "../../internal/text-order.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { textBytes } from "../../model/message-bytes.ts";
import type { Placement } from "../object-names.ts";

/** An object that may have something to export. */
export interface ExportedObject {
  readonly name: string;
  /** One that is in it. */
  readonly address: WireAddress;
  /** Those in it with an id that its rows do not have. */
  readonly known: readonly WireAddress[];
}

/** Where the addresses are that an export has, each list in the order of its ids. */
export interface ExportedAddresses {
  /** Those of the functions in the directory; none where there is no directory. */
  readonly typenames: readonly string[];
  /** Ids behind `after`, in pages. */
  ids(typename: string, after: string | undefined): AsyncIterable<readonly string[]>;
  /** Beside the directory. */
  readonly given: readonly WireAddress[];
  readonly keptEgresses: Iterable<string>;
}

/**
 * The first objects behind a name, in the order of their names. By default an object has the name of its address, so that each list is in
 * the order of names and is read from there on. With another placement the whole directory is read.
 */
export async function exportedObjects(
  addresses: ExportedAddresses,
  placement: Placement,
  { after, limit, isPlaced }: { after: string | undefined; limit: number; isPlaced: boolean },
): Promise<ExportedObject[]> {
  const found = new FirstObjects(placement, after, limit);
  for (const address of [...ownAddresses(addresses), ...addresses.given]) found.add(address);
  for (const typename of addresses.typenames) {
    const from = isPlaced ? undefined : idBehind(typename, after);
    if (from === false) continue;
    for await (const page of addresses.ids(typename, from)) {
      let isNeeded = true;
      for (const id of page) isNeeded = found.add({ typename, id });
      if (!isNeeded && !isPlaced) break;
    }
  }
  return found.first();
}

/** The objects of these addresses, each of which comes once, and those that the engine has for all. */
export function objectsOf(
  addresses: Pick<ExportedAddresses, "given" | "keptEgresses">,
  placement: Placement,
): ExportedObject[] {
  const found = new FirstObjects(placement, undefined, Number.POSITIVE_INFINITY);
  for (const address of [...ownAddresses(addresses), ...addresses.given]) found.add(address);
  return found.first();
}

function ownAddresses({ keptEgresses }: Pick<ExportedAddresses, "keptEgresses">): WireAddress[] {
  const kept = Array.from(keptEgresses, (egress) => egressAddress(egress));
  return [deadLetterAddress, egressAddress(activityEgress), ...kept];
}

/** The id behind which names are that are greater than this one; false where no id has such a name. */
function idBehind(typename: string, after: string | undefined): string | undefined | false {
  const prefix = `${typename}/`;
  if (after === undefined || compareTexts(after, prefix) < 0) return undefined;
  return after.startsWith(prefix) ? after.slice(prefix.length) : false;
}

class FirstObjects {
  readonly #placement: Placement;
  readonly #after: string | undefined;
  readonly #limit: number;
  #objects = new Map<string, ExportedObject>();
  /** No name above it is among the first. */
  #last: string | undefined;

  constructor(placement: Placement, after: string | undefined, limit: number) {
    this.#placement = placement;
    this.#after = after;
    this.#limit = limit;
  }

  /** Whether a greater name could still be among the first. */
  add(address: WireAddress): boolean {
    const name = this.#placement(address);
    if (this.#last !== undefined && compareTexts(name, this.#last) > 0) return false;
    if (this.#after !== undefined && compareTexts(name, this.#after) <= 0) return true;
    const there = this.#objects.get(name);
    const known = there?.known ?? [];
    const isLong = textBytes(address.id) > longestStoredId;
    this.#objects.set(name, { name, address, known: isLong ? [...known, address] : known });
    if (this.#objects.size > 2 * this.#limit) this.#prune();
    return true;
  }

  first(): ExportedObject[] {
    this.#prune();
    return [...this.#objects.values()];
  }

  #prune(): void {
    const all = [...this.#objects.values()];
    all.sort((left, right) => compareTexts(left.name, right.name));
    const first = all.slice(0, this.#limit);
    if (first.length === this.#limit) this.#last = first.at(-1)?.name;
    this.#objects = new Map(first.map((object) => [object.name, object]));
  }
}
