import type {
  ActionResult,
  DeadFilter,
  Order,
  PausedRecord,
} from "../../engine/contract/actions.ts";
import type {
  InstanceRow,
  InstancesWant,
  InstanceTrouble,
  ListedRow,
  TimersWant,
} from "../../engine/contract/instances.ts";
import type { DeadGroup, DeadPage, Position, TimerRecord } from "../../engine/contract/records.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { RecordingHost } from "./recording-host.ts";

export type {
  InstanceRow,
  InstancesPage,
  InstancesWant,
  InstanceTrouble,
  ListedRow,
  TimersWant,
  Trouble,
} from "../../engine/contract/instances.ts";

/** What operators see and do, beside what `SurfaceHost` has for everybody. Loaded with the first request of one. */
export interface AdminHost {
  /** What this engine cannot tell, each with a sentence that says why: for pages, instead of an empty list. */
  readonly lacks: { readonly [feature in AdminFeature]?: string };
  /** Instances that have a state, a waiting message or a timer of their own, in order of their ids, each once. */
  instances(want: InstancesWant): Promise<{
    readonly instances: readonly ListedRow[];
    /** Undefined at the end. */
    readonly next: string | undefined;
  }>;
  /** One instance, where that can be told without a list. @default the first whose id begins with this one */
  instance?(address: WireAddress): Promise<InstanceRow | undefined>;
  /** Timers by number: of a function, of an instance, or all. No more once they have `maxBytes` together, but one if there is one. */
  timers(want: TimersWant): Promise<readonly TimerRecord[]>;
  /** Oldest first, bounded as timers are. `next` is the last number that was looked at; undefined at the end. */
  deadLetters(
    filter: DeadFilter,
    after: Position,
    limit: number,
    maxBytes: number,
  ): Promise<DeadPage>;
  /** What is behind the others: groups by function or egress, code and reason, most first; at most 500 of them. */
  deadGroups(): Promise<readonly DeadGroup[]>;
  paused(): Promise<readonly PausedRecord[]>;
  /** Instances that do not go on, worst first, at most `limit`. */
  troubles(limit: number): Promise<readonly InstanceTrouble[]>;
  /** Errors of this run, newest first, at most 200. */
  errors(): Promise<readonly RecentError[]>;
  /** Undefined where `lacks` says so. */
  readonly recording?: RecordingHost | undefined;
  /** Does what an operator ordered. Rejects with `conflict`, `busy`, `invalid_argument`, `unsupported`, or with what stopped the engine. */
  act(order: Order): Promise<ActionResult>;
  /** Everything that is a number, or is known by now: for the overview, the stream of changes, and metrics. */
  figures(): Promise<Figures>;
}

/** What an engine may lack. */
export type AdminFeature =
  | "instances"
  | "pauseFunction"
  | "paused"
  | "troubles"
  | "errors"
  | "figures"
  | "recording";

export interface RecentError {
  readonly at: number;
  readonly code: string;
  readonly message: string;
  readonly typename: string | undefined;
  readonly id: string | undefined;
  readonly egress: string | undefined;
}

/** Counters since the start of this run, and how things are now. */
export interface Figures {
  readonly startedAt: number;
  readonly now: number;
  readonly functions: readonly FunctionFigures[];
  readonly egresses: readonly EgressFigures[];
  readonly endpoints: readonly EndpointFigures[];
  readonly sources: readonly {
    readonly ingress: string;
    readonly source: string;
    readonly lag: number | undefined;
    readonly records: number;
  }[];
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly runningSteps: number;
  readonly timers: number;
  readonly deadLetters: number;
  readonly windows: number;
  readonly steps: number;
  readonly rows: number;
  readonly bytes: number;
  readonly commitMs: Histogram;
  readonly clockBehindMs: number;
}

export interface FunctionFigures {
  readonly typename: string;
  readonly accepted: number;
  readonly refused: number;
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly durationMs: Histogram;
}

export interface EndpointFigures {
  readonly name: string;
  readonly isUp: boolean;
  /** Engine time of its last change; undefined for one that has not changed in this run. */
  readonly since: number | undefined;
  /** Why it is down. */
  readonly reason: string | undefined;
}

export interface EgressFigures {
  readonly typename: string;
  readonly emitted: number;
  readonly delivered: number;
  readonly failures: number;
  readonly backlog: number;
  readonly isUp: boolean;
  readonly durationMs: Histogram;
}

/** How many were at most as long as each bound. */
export interface Histogram {
  /** Counts of each bucket, not cumulative; the last one is of what is over all bounds (`histogramBounds`). */
  readonly counts: readonly number[];
  readonly sum: number;
}
