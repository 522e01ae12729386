import type { PausedRecord } from "../../engine/contract/actions.ts";
import type { AddressReads } from "../../engine/contract/address-reads.ts";
import type {
  AcceptedRecord,
  DeadHead,
  DeadRecord,
  EgressRow,
  LinkIn,
  LinkOut,
  MessageRecord,
  OutboxRecord,
  StoredCell,
  TimerHead,
  TimerRecord,
} from "../../engine/contract/records.ts";
import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import type { LinkStore, LinkWindow, Opened } from "../../engine/contract/store.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { storeFailed } from "../store-errors.ts";
import { createHandle, type Store } from "../store-handle.ts";
import { SweepPace } from "../sweep-pace.ts";
import { memoryName } from "./memory-checks.ts";
import { MemoryData } from "./memory-data.ts";

/**
 * A store that lives and dies with the process: for development and tests, and where losing everything at a
 * restart is fine. What it holds stays with the returned object, which may be opened again after a close; while
 * it is open, opening it again rejects with `store_locked`.
 *
 * It keeps the byte arrays that it is given as they are: one that is a view of a large buffer keeps that alive.
 *
 * @example
 * ```ts
 * import { StatefulFunctions } from "statefun";
 * import { createRuntime, memoryStore } from "statefun/runtime";
 *
 * const functions = new StatefulFunctions();
 * const runtime = await createRuntime({ modules: [functions], store: memoryStore() });
 * await runtime.close();
 * ```
 */
export function memoryStore(): Store {
  const data = new MemoryData();
  return createHandle(() => new MemoryStore(data));
}

/** One opening of it. */
class MemoryStore implements LinkStore {
  readonly #data: MemoryData;
  readonly #pace = new SweepPace();
  readonly addresses: AddressReads;
  #isOpen = false;

  constructor(data: MemoryData) {
    this.#data = data;
    this.addresses = {
      withStates: (typename, want) => data.cells.withStates(typename, want),
      owners: (want) => data.timers.owners(want),
      sizes: (address, time) => data.cells.sizes(address, time),
    };
  }

  async open(): Promise<Opened> {
    if (this.#data.isOpen) {
      throw new StateFunError(
        "store_locked",
        `${memoryName} is open already: only one runtime at a time can use it`,
      );
    }
    this.#data.isOpen = true;
    this.#isOpen = true;
    return { ...this.#data.opened };
  }

  load(address: WireAddress): Map<string, StoredCell> {
    return this.#data.cells.load(address);
  }

  stateNames(address: WireAddress): string[] {
    return this.#data.cells.names(address);
  }

  state(address: WireAddress, name: string): StoredCell | undefined {
    return this.#data.cells.load(address, name).get(name);
  }

  cellOf(address: WireAddress, name: string): number | undefined {
    return this.#data.cells.cellOf(address, name);
  }

  messages(after: number, limit: number): MessageRecord[] {
    return this.#data.messages.page(after, limit);
  }

  nextDue(): number | undefined {
    return this.#data.timers.nextDue();
  }

  dueTimers(until: number, limit: number): TimerRecord[] {
    return this.#data.timers.due(until, limit);
  }

  timerByToken(owner: string, token: string): TimerRecord | undefined {
    return this.#data.timers.byToken(owner, token);
  }

  timerAt(number: number): TimerRecord | undefined {
    return this.#data.timers.at(number);
  }

  timersOf(owner: string, limit: number, after = -1): TimerRecord[] {
    return this.#data.timers.of(owner, limit, after);
  }

  timerHeads(after: number, limit: number, typename?: string): TimerHead[] {
    return this.#data.timers.heads(after, limit, typename);
  }

  unsentEgresses(): string[] {
    return this.#data.egress.unsentEgresses();
  }

  unsent(egress: string, after: number, limit: number): EgressRow[] {
    return this.#data.egress.unsent(egress, after, limit);
  }

  kept(egress: string, after: number, limit: number, time: number): EgressRow[] {
    return this.#data.egress.kept(egress, after, limit, time);
  }

  dead(after: number, limit: number, typename?: string): DeadRecord[] {
    return this.#data.dead.page(after, limit, typename);
  }

  deadHeads(after: number, limit: number, typename?: string): DeadHead[] {
    return this.#data.dead.heads(after, limit, typename);
  }

  deadAt(number: number): DeadRecord | undefined {
    return this.#data.dead.at(number);
  }

  countDead(): number {
    return this.#data.dead.count();
  }

  paused(): PausedRecord[] {
    return this.#data.paused.all();
  }

  accepted(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.#data.accepted.get(target, key);
  }

  acceptedCall(call: string): AcceptedRecord | undefined {
    return this.#data.accepted.call(call);
  }

  position(source: string): string | undefined {
    return this.#data.links.position(source);
  }

  linksOut(): LinkOut[] {
    return this.#data.links.linksOut();
  }

  linkIn(link: string): LinkIn | undefined {
    return this.#data.links.linkIn(link);
  }

  silentLinks(time: number, limit: number): LinkIn[] {
    return this.#data.links.silent(time, limit);
  }

  outbox(link: string, after: number, limit: number): OutboxRecord[] {
    return this.#data.links.outbox(link, after, limit);
  }

  async snapshot(): Promise<StoreSnapshot> {
    const { snapshotOf } = await import("./memory-snapshot.ts");
    if (!this.#isOpen) throw storeFailed(memoryName, "it is closed");
    return snapshotOf(this.#data);
  }

  commit(window: LinkWindow): void {
    // After a close another runtime may have it.
    if (!this.#isOpen) throw storeFailed(memoryName, "it is closed");
    this.#data.commit(window, this.#pace);
  }

  /** It is made to survive nothing. */
  async durable(): Promise<void> {}

  close(): void {
    if (this.#isOpen) this.#data.isOpen = false;
    this.#isOpen = false;
  }
}
