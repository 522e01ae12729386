import type { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { Partition } from "../partition.ts";
import type { ActionResult, Order, OrderedBy, PausedHealth, PausedRecord } from "./actions.ts";
import type { Answer } from "./answer.ts";
import type { Accepted, Arrival, Receipt } from "./arrival.ts";
import type { BusyFunction } from "./busy-function.ts";
import type { EgressHealth } from "./egress-health.ts";
import type { IngressHealth } from "./ingress-host.ts";
import type { LinkAnswer, LinkBatch } from "./links.ts";
import type { ImportWant, UnfinishedImport } from "./moving.ts";
import type { DeadRecord, EgressRow, Position } from "./records.ts";
import type { SourceBatch } from "./source-batch.ts";

/** A partition while it runs. */
export interface Engine {
  /** Makes positions unique beyond this store, in ids that others see. */
  readonly identity: string;
  /** Reads for inspection, loaded at the first use. */
  readonly partition: Partition;
  now(): number;
  /**
   * Accepts a message, or throws. `done` is called once it survives a crash, or with the error after which the
   * outcome is unknown.
   */
  accept(arrival: Arrival, done: Receipt): void;
  /** The same, as a promise. */
  send(arrival: Arrival): Promise<Accepted>;
  /** Accepts a call; `done` hears of its outcome. The result takes `done` back. */
  call(arrival: Arrival, done: (answer: Answer) => void): () => void;
  /**
   * Takes a batch from a source outside together with its new position: all of it in one window, or throws and
   * takes nothing (`mailbox_full`, `unavailable`: give the same again later). `done` is as above.
   */
  ingest(batch: SourceBatch, done: (error: StateFunError | undefined) => void): void;
  /** The position of a source; undefined for one that never gave anything. Throws while it is unknown. */
  position(source: string): string | undefined;
  /** Takes a batch from another partition. */
  receive(batch: LinkBatch): Promise<LinkAnswer>;
  /**
   * Resolves when everything that can be done now is done: messages are handled, records delivered, links
   * acknowledged, and all of it is durable. It does not wait for timers, for retries after a failure, for
   * endpoints that are down, for functions that are not bound, or for what an operator has paused. Rejects once the store has failed.
   */
  idle(): Promise<void>;
  /** Resolves when the engine is closed, or with the error that stopped it before. */
  readonly ended: Promise<StateFunError | undefined>;
  /** Commits what is open now, and resolves when it survives a crash. What is read afterwards does. */
  flush(): Promise<void>;
  /** Whether an instance is handling a message now. */
  isHandling(address: WireAddress): boolean;
  /** Records of a kept egress, oldest first: those that survive a crash. */
  kept(egress: string, after: Position, limit: number): readonly EgressRow[];
  /** Egresses that kept records in this run. */
  keptEgresses(): Iterable<string>;
  /** `run` hears when there may be more of them, and when there never will be. The result takes it back. */
  watchKept(egress: string, run: () => void): () => void;
  deadLetters(after: Position, limit: number, typename?: string): readonly DeadRecord[];
  replay(number: Position): Promise<void>;
  discard(number: Position): Promise<void>;
  /**
   * Does what an operator ordered, and resolves when that survives a crash. Rejects with `invalid_argument`, `conflict`, `busy`,
   * `idempotency_conflict`, and what else the action says: nothing has happened then. With `store_failed` the outcome is unknown.
   */
  act(order: Order): Promise<ActionResult>;
  /**
   * Brings an export into the store: all of it, once, whatever happens in between. Resolves with whether it was here already, so that
   * nothing was done. Rejects with `conflict` for what is here and would be written over, with `busy` while another one is at work,
   * and with `invalid_argument` or `limit_exceeded` for what no store can have: nothing has changed then. Once it has begun to write
   * it is unfinished until the same export is imported again, and nothing runs.
   */
  import(want: ImportWant): Promise<boolean>;
  /**
   * Takes away what an unfinished import has written. The count is 1, or 0 if none is unfinished. With `by` it is written down, and done
   * once for its key. Rejects with `conflict` if it replaces what was here.
   */
  abandonImport(signal: AbortSignal, by?: OrderedBy): Promise<ActionResult>;
  /** What operators have paused. A crash may take back what was ordered a moment ago: flush first. */
  paused(): readonly PausedRecord[];
  /** Messages that wait to be handled, by functions that there are and that are not paused. */
  pending(): number;
  health(): Health;
  /** Why the engine takes nothing; undefined while all is well. */
  failure(): StateFunError | undefined;
  /** Whether it takes nothing more because it is closing. */
  isDraining(): boolean;
  /**
   * Says that a request has ended together with this process, and whether that was for want of memory or processor time.
   * What is repeated is then stored before it runs. Resolves when that survives a crash.
   */
  warn(isOutOfResources: boolean): Promise<void>;
  /** Takes nothing more from outside, from now on. */
  drain(): void;
  /**
   * Takes nothing more, waits for what runs and delivers what it can for at most `drainMs`, then lets the store go.
   * Rejects with `store_failed` if that has failed, and has closed then all the same.
   */
  close(drainMs: number): Promise<void>;
}

export interface Health {
  /** Undefined while all is well. */
  readonly failure: StateFunError | undefined;
  /** It takes nothing more, because it is closing. */
  readonly isDraining: boolean;
  /** It was started so that nothing runs. @default false */
  readonly isPaused?: boolean;
  /** Nothing runs until it is complete. @default there is none */
  readonly unfinishedImport?: UnfinishedImport;
  readonly pendingMessages: number;
  readonly runningSteps: number;
  /** Functions that are not bound, and how many messages wait for each. */
  readonly parkedFunctions: readonly { readonly typename: string; readonly waiting: number }[];
  /** Functions that an operator has paused, or instances of them. */
  readonly pausedFunctions: readonly PausedHealth[];
  /** Functions with instances that wait for others of the same function. */
  readonly busyFunctions: readonly BusyFunction[];
  /** Functions of endpoints that are down, as they are called there: `namespace/name`, or `namespace/*` for all. */
  readonly unavailableEndpoints: readonly string[];
  readonly deadLetters: number;
  /** How far the clock of the machine is behind the time of the store: 0 while it is right. */
  readonly clockBehindMs: number;
  /** Partitions that have not acknowledged something. */
  readonly waitingLinks: readonly string[];
  readonly egresses: readonly EgressHealth[];
  /** Ingresses of the runtime, if it has started any. */
  readonly ingresses?: readonly IngressHealth[];
}
