import type { StateFunError } from "../../internal/errors.ts";
import type { RandomBytes } from "../../internal/random-name.ts";
import type { Clock } from "../../model/clock.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { EngineKind } from "../../model/observer.ts";
import type { WatchedObserver } from "../../model/watch.ts";
import type { DirectoryParts } from "./directory.ts";
import type { FunctionHost, FunctionTransport } from "./function-transport.ts";
import type { MakeLanes, Untaken } from "./lanes.ts";
import type { LinkAnswer, LinkBatch } from "./links.ts";
import type { EgressRow } from "./records.ts";
import type { CellWrite, LinkStore, Store } from "./store.ts";
import type { RecorderPlace } from "./telemetry/recorder.ts";
import type { Traffic } from "./telemetry/traffic.ts";
import type { TurnBudget } from "./turn-budget.ts";

/** What happens to the records of an egress. */
export type EgressTarget =
  | {
      readonly kind: "deliver";
      /**
       * Delivers records in order; a rejection means that all of them come again. One delivery of an
       * egress runs at a time. An error that a retry cannot help makes them dead letters, one by one.
       * Resolves with what was not taken: where there are lanes, the rest of their lane with it. One
       * delivery of each lane that was held up may run beside.
       */
      deliver(records: readonly EgressRow[], signal: AbortSignal): Promise<readonly Untaken[]>;
      /** Lets parts of the egress wait by themselves. Without it all records wait for each other. */
      readonly lanes?: MakeLanes;
    }
  | { readonly kind: "keep"; readonly maxRecords: number; readonly retentionMs: number };

export interface FailureDetail {
  readonly address?: WireAddress;
  readonly messageTypename?: string;
  readonly attempt?: number;
  readonly egress?: string;
}

/** Everything that an engine depends on. Complete: nothing is optional below the options of a runtime. */
export type EngineOptions = EngineParts & (Alone | Linked);

/** One engine holds all addresses. */
export interface Alone {
  readonly store: Store;
  readonly deliver?: undefined;
}

/** Each engine holds some of the addresses, and sends to the others. */
export interface Linked {
  readonly store: LinkStore;
  /** Takes a batch to another partition. May lose it, repeat it, or reorder it with others. */
  readonly deliver: (partition: string, batch: LinkBatch) => Promise<LinkAnswer>;
  /**
   * Whether a delivery has failed because the other partition took more memory or processor than it may.
   * @default that is never known
   */
  readonly isOutOfResources?: (error: unknown) => boolean;
}

/** What engines of both kinds depend on. */
export interface EngineParts {
  /** The store cannot be opened again: what it holds at a close is lost, and this is reported. @default false */
  readonly isVolatile?: boolean;
  /** Nothing runs, fires or is delivered: what comes is stored, and waits for another run. @default false */
  readonly isPaused?: boolean;
  /** The name of this partition, for the others. */
  readonly name: string;
  /** The partition that holds an address. Always the same for the same address. */
  readonly placement: (address: WireAddress) => string;
  /** Whether a partition of this name can exist: a reply to an invented id goes nowhere. */
  readonly isPartition: (name: string) => boolean;
  readonly functions: (host: FunctionHost) => FunctionTransport;
  readonly egresses: {
    get(typename: string): EgressTarget | undefined;
    /** Those that are bound when the engine starts. */
    keys(): Iterable<string>;
  };
  readonly clock: Clock;
  /**
   * After this at the latest it is looked whether a timer is due: the clock may have jumped while its wait went on, and
   * longer waits than 2³¹ − 1 ms fire at once on every platform.
   */
  readonly longestWaitMs: number;
  /** From 0 to 1, like Math.random: for waits. */
  readonly random: () => number;
  /**
   * From a cryptographic source, unless a test needs the same ones again: anyone who knows the id of a call can
   * answer it.
   */
  readonly randomBytes: RandomBytes;
  /** Runs something when what is due now has run: microtasks first, then waiting I/O. */
  readonly defer: (run: () => void) => void;
  /** Bounds windows where the clock stands still while code runs. @default the clock runs, and bounds them */
  readonly budget?: TurnBudget;
  /** Appended to the identity of a new store. Ids contain the part before a slash. @default nothing */
  readonly mark?: string;
  /** Throws for a store that is not this partition's, by its identity, before anything of it is used. */
  readonly assertOwn?: (identity: string | undefined) => void;
  /** Of one delivery to an egress. */
  readonly timeoutMs: number;
  readonly maxMailbox: number;
  /** Of all pending messages together, above which nothing is accepted from outside: they are all in memory. */
  readonly maxPendingBytes: number;
  /**
   * How often the process may end while a message is handled, before it is given up. Where it is infinite, no message is
   * suspected.
   */
  readonly maxCrashes: number;
  readonly idempotencyRetentionMs: number;
  /**
   * The platform may terminate this engine at any time without notice. Termination counts as a crash only if the last window had
   * something pending. Windows are billed, so none is written without need.
   */
  readonly isEvictable: boolean;
  /**
   * How long what an earlier run left on links waits for the first window of this one: both then leave in one RPC.
   * @default 0
   */
  readonly leftoverWaitMs?: number;
  /** Whether tokens belong to an address, or to all functions with one id as on Flink. */
  readonly tokenScope: "address" | "id";
  /** Called with the states that a window has written, once they survive a crash. Must not throw. @default not called */
  readonly onWritten?: (writes: Iterable<Pick<CellWrite, "address" | "name">>) => void;
  /** What is reported to the directory, where there is one. @default there is none */
  readonly directory?: DirectoryParts;
  /** What runs this engine, as observers see it. @default "embedded" */
  readonly kind?: EngineKind;
  /** Its hooks are called as things happen. They throw nothing, and change nothing. @default none: nothing is observed */
  readonly observer?: WatchedObserver | undefined;
  /** @default nothing is counted */
  readonly traffic?: Traffic | undefined;
  /** Where a recorder may be put, and taken out, at any time. @default nothing is recorded */
  readonly recording?: RecorderPlace | undefined;
  /** Gets every failure; what it throws is ignored. */
  readonly onError: (error: unknown, detail: FailureDetail) => void;
  /**
   * Called before anything happens, with what makes positions of this store unique beyond it, and with a function
   * that stops the engine at once, as a crash would.
   */
  readonly onOpen: (identity: string, kill: (error: StateFunError) => void) => void;
}
