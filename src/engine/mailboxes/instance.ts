import type { WireAddress } from "../../model/invocation.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Cells } from "./cells.ts";
import { Queue } from "./queue.ts";

/** What is known of a failure, beside the message at the head. */
export interface KnownTrouble {
  readonly kind: "retrying" | "endpoint" | "state";
  readonly code: string;
  readonly reason: string;
  /** Engine time; undefined if it was not tried since the start. */
  readonly at: number | undefined;
  readonly retryAt: number | undefined;
}

/** One for all who wait at a gate that is down. */
export const atGate: KnownTrouble = {
  kind: "endpoint",
  code: "unavailable",
  reason: "it waits for its endpoint, which is down",
  at: undefined,
  retryAt: undefined,
};

const running = 1;
const ready = 2;
const held = 4;
const used = 8;

/** One instance in memory: its mailbox, and its state as of the last applied step. */
export class Instance {
  readonly address: WireAddress;
  /** Undefined while no module has the function: its mailbox is kept. */
  readonly fn: EngineFunction | undefined;
  readonly mailbox: Queue<PendingMessage> = new Queue();
  /** Where it stands among those of its function that have messages; -1 while it has none. */
  place = -1;
  /** Takes back the wait before the next try; undefined when it does not wait. */
  waiting: (() => void) | undefined;
  /** Failures in a row that are no message's fault. */
  pauses = 0;
  /** Why it stands still, if it is known: then it is among the troubled ones. */
  trouble: KnownTrouble | undefined;
  /** How many messages still run one by one, to find the one that their batch failed by. */
  singles = 0;
  /** Read when the first step starts. */
  cells: Cells | undefined;
  /** About what it takes on the heap. */
  size = 0;
  /** Those below, as bits of one field: a field for each would take a tenth of the memory of an instance. */
  #flags = used;

  constructor(address: WireAddress, fn: EngineFunction | undefined) {
    this.address = address;
    this.fn = fn;
  }

  /** A step of it is running. */
  get isRunning(): boolean {
    return (this.#flags & running) !== 0;
  }

  set isRunning(is: boolean) {
    this.#set(running, is);
  }

  /** It is in the list of those that may run. */
  get isReady(): boolean {
    return (this.#flags & ready) !== 0;
  }

  set isReady(is: boolean) {
    this.#set(ready, is);
  }

  /** It waits for a place at the gate of its endpoint. */
  get isHeld(): boolean {
    return (this.#flags & held) !== 0;
  }

  set isHeld(is: boolean) {
    this.#set(held, is);
  }

  /** Looked at since the last sweep of the cache. */
  get wasUsed(): boolean {
    return (this.#flags & used) !== 0;
  }

  set wasUsed(is: boolean) {
    this.#set(used, is);
  }

  #set(flag: number, is: boolean): void {
    this.#flags = is ? this.#flags | flag : this.#flags & ~flag;
  }

  get isIdle(): boolean {
    return !this.isRunning && this.mailbox.length === 0 && this.waiting === undefined;
  }
}
