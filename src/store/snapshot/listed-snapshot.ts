import type { PausedRecord } from "../../engine/contract/actions.ts";
import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  StoredCell,
  TimerRecord,
} from "../../engine/contract/records.ts";
import type { StoredInstance, StoreSnapshot } from "../../engine/contract/snapshot.ts";
import { compareTexts } from "../../internal/text-order.ts";
import { firstIndex } from "../../internal/sorted-list.ts";
import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { acceptedBytes, instanceBytes, mailBytes, pageOf } from "./page-bytes.ts";
import { SortedRuns } from "./sorted-runs.ts";

export interface SourcePosition {
  readonly source: string;
  readonly position: string;
}

/** A state as a store has it. */
export interface ListedState extends StoredCell {
  readonly address: WireAddress;
  readonly name: string;
}

/** Its only state, as most have one and a million of them are listed at once; or all of them, at least one. */
export type ListedInstance = ListedState | readonly ListedState[];

/** All that a store has, in any order. Nobody changes it any more. */
export interface StoredLists {
  readonly time: number;
  readonly lastNumber: number;
  readonly instances: readonly ListedInstance[];
  readonly messages: MessageRecord[];
  readonly timers: TimerRecord[];
  readonly records: EgressRow[];
  readonly dead: DeadRecord[];
  readonly accepted: AcceptedRecord[];
  readonly positions: SourcePosition[];
  readonly paused: readonly PausedRecord[];
  /** Called once, when nothing is read any more. */
  readonly onClose?: () => void;
}

/** A snapshot of a store whose records are in memory, or few. Each list is sorted when it is first read. */
export class ListedSnapshot implements StoreSnapshot {
  readonly time: number;
  readonly lastNumber: number;
  readonly #lists: StoredLists;
  readonly #sorted = new Set<readonly unknown[]>();
  readonly #instances: SortedRuns<ListedInstance>;
  /** Stands behind `#last`. */
  #walk: Generator<StoredInstance, void, undefined> | undefined;
  #last: WireAddress | undefined;
  #isClosed = false;

  constructor(lists: StoredLists) {
    this.#lists = lists;
    this.#instances = new SortedRuns(lists.instances, (left, right) =>
      compareAddresses(addressOf(left), addressOf(right)),
    );
    this.time = lists.time;
    this.lastNumber = lists.lastNumber;
  }

  prepare(): boolean {
    return this.#instances.sortSome();
  }

  instances(after: WireAddress | undefined, limit: number): StoredInstance[] {
    const page = pageOf(this.#walkBehind(after), limit, instanceBytes);
    this.#last = page.at(-1)?.address ?? after;
    return page;
  }

  messages(after: number, limit: number): MessageRecord[] {
    return this.#numbered(this.#lists.messages, after, limit, mailBytes);
  }

  timers(after: number, limit: number): TimerRecord[] {
    return this.#numbered(this.#lists.timers, after, limit, mailBytes);
  }

  records(after: number, limit: number): EgressRow[] {
    return this.#numbered(this.#lists.records, after, limit, mailBytes);
  }

  dead(after: number, limit: number): DeadRecord[] {
    return this.#numbered(this.#lists.dead, after, limit, mailBytes);
  }

  accepted(after: number, limit: number): AcceptedRecord[] {
    return this.#numbered(this.#lists.accepted, after, limit, acceptedBytes);
  }

  positions(after: string | undefined, limit: number): SourcePosition[] {
    const list = this.#inOrder(this.#lists.positions, (left, right) =>
      compareTexts(left.source, right.source),
    );
    const isBehind = ({ source }: SourcePosition): boolean =>
      after === undefined || compareTexts(source, after) > 0;
    return pageFrom(list, isBehind, limit, ({ position }) => position.length);
  }

  paused(): readonly PausedRecord[] {
    return this.#lists.paused;
  }

  close(): void {
    if (!this.#isClosed) this.#lists.onClose?.();
    this.#isClosed = true;
  }

  #walkBehind(after: WireAddress | undefined): Generator<StoredInstance, void, undefined> {
    const goesOn = this.#last !== undefined && after !== undefined && isSame(this.#last, after);
    if (this.#walk === undefined || !goesOn) {
      const isBehind = (instance: ListedInstance): boolean =>
        after === undefined || compareAddresses(addressOf(instance), after) > 0;
      this.#walk = storedInstances(this.#instances.from(isBehind));
    }
    return this.#walk;
  }

  #numbered<T extends { readonly number: number; readonly argument?: WireValue }>(
    list: T[],
    after: number,
    limit: number,
    bytesOf: (item: T) => number,
  ): T[] {
    const sorted = this.#inOrder(list, (left, right) => left.number - right.number);
    return pageFrom(sorted, ({ number }) => number > after, limit, bytesOf);
  }

  #inOrder<T>(list: T[], compare: (left: T, right: T) => number): readonly T[] {
    if (!this.#sorted.has(list)) list.sort(compare);
    this.#sorted.add(list);
    return list;
  }
}

function* storedInstances(
  listed: Iterable<ListedInstance>,
): Generator<StoredInstance, void, undefined> {
  for (const instance of listed) {
    const states = new Map<string, StoredCell>();
    if ("name" in instance) states.set(instance.name, cellOf(instance));
    else for (const state of instance) states.set(state.name, cellOf(state));
    yield { address: addressOf(instance), states };
  }
}

function cellOf({ cell, value, expiresAt }: ListedState): StoredCell {
  return { cell, value, expiresAt };
}

const nowhere: WireAddress = { typename: "", id: "" };

function addressOf(instance: ListedInstance): WireAddress {
  return "name" in instance ? instance.address : (instance[0]?.address ?? nowhere);
}

function isSame(left: WireAddress, right: WireAddress): boolean {
  return left.id === right.id && left.typename === right.typename;
}

export function compareAddresses(left: WireAddress, right: WireAddress): number {
  if (left.typename !== right.typename) return compareTexts(left.typename, right.typename);
  return compareTexts(left.id, right.id);
}

/** From the first that `isBehind` holds for, as it does for all that follow. */
function pageFrom<T>(
  list: readonly T[],
  isBehind: (item: T) => boolean,
  limit: number,
  bytesOf: (item: T) => number,
): T[] {
  const from = firstIndex(list, isBehind);
  return pageOf(list.slice(from, from + limit).values(), limit, bytesOf);
}
