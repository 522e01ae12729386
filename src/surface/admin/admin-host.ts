import type {
  ActionResult,
  DeadFilter,
  Order,
  OrderedBy,
  PausedRecord,
} from "../../engine/contract/actions.ts";
import type {
  InstanceRow,
  InstancesWant,
  InstanceTrouble,
  ListedRow,
  TimersWant,
} from "../../engine/contract/instances.ts";
import type {
  DeadGroup,
  DeadPage,
  EgressRow,
  Position,
  TimerRecord,
} from "../../engine/contract/records.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { ImportSummary } from "../../model/moved-counts.ts";
import type { AbandonedPart, AbandonWant, ExportWant, ImportPartWant } from "./moving-host.ts";
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
  /** What this engine cannot show, each with a sentence that says why: for pages, instead of an empty list. */
  readonly lacks: { readonly [feature in AdminFeature]?: string };
  /** Instances that have a state, a waiting message or a timer of their own, in order of their ids, each once. */
  instances(want: InstancesWant): Promise<{
    readonly instances: readonly ListedRow[];
    /** Undefined at the end. */
    readonly next: string | undefined;
  }>;
  /** One instance, where it can be found without a list. @default the first whose id begins with this one */
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
  /** The same, newest first, of those with a number below `before`. */
  newestDeadLetters(
    filter: DeadFilter,
    before: Position,
    limit: number,
    maxBytes: number,
  ): Promise<DeadPage>;
  /** Kept records with a number below `before`, newest first, bounded as timers are. */
  newestKept(
    egress: string,
    before: Position,
    limit: number,
    maxBytes: number,
  ): Promise<readonly EgressRow[]>;
  /** Groups of them by function or egress, code and reason, most first; at most 500. */
  deadGroups(filter: DeadFilter): Promise<readonly DeadGroup[]>;
  paused(): Promise<readonly PausedRecord[]>;
  /** Instances that do not go on, worst first, at most `limit`. */
  troubles(limit: number): Promise<readonly InstanceTrouble[]>;
  /** Errors of this run, newest first, at most 200. */
  errors(): Promise<readonly RecentError[]>;
  /** Everything, as an export that is made as it is read. Absent where `lacks` says so. */
  export?(want: ExportWant): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  /** Brings lines of an export to objects, and gives how many records they were. Absent for an engine that imports an export as a whole. */
  importPart?(want: ImportPartWant): Promise<number>;
  /** Brings an export into the store. @default nothing can be imported */
  import?(
    bytes: ReadableStream<Uint8Array>,
    request: {
      readonly replace: boolean;
      readonly isDryRun: boolean;
      /** Called now and then with how far it is. */
      readonly onProgress: (step: ImportStep) => void;
    },
  ): Promise<ImportSummary>;
  /** Takes away what an unfinished import has written: of an engine that imports an export as a whole. The count is 0 if none is unfinished. */
  abandonImport?(by: OrderedBy): Promise<ActionResult>;
  /** The same of objects, some at a time. */
  abandonPart?(want: AbandonWant, by: OrderedBy): Promise<AbandonedPart>;
  /** Undefined where `lacks` says so. */
  readonly recording?: RecordingHost | undefined;
  /** Does what an operator ordered. Rejects with `conflict`, `busy`, `invalid_argument`, `unsupported`, or with what stopped the engine. */
  act(order: Order): Promise<ActionResult>;
  /** Everything that is a number, or is known by now: for the overview, the stream of changes, and metrics. */
  figures(): Promise<Figures>;
  /** What is kept, by name: counted for metrics alone. @default it is not counted */
  stored?(): Promise<StoredFigures | undefined>;
  /** The endpoint of a remote function, by the name that `Figures.endpoints` has for it. @default no function has one */
  endpointOf?(typename: string): string | undefined;
  /** What went where in this run. */
  graph(): Promise<GraphFigures>;
  /** What happened in the last minutes, of all functions together and of those with most traffic, or of this one alone. */
  rates(typename: string | undefined): Promise<RateFigures>;
}

/** How far an import is: first all of it is read and checked, then it is written. */
export interface ImportStep {
  readonly phase: "check" | "write";
  readonly lines: number;
  readonly bytes: number;
}

/** What an engine may lack. */
export type AdminFeature =
  | "instances"
  | "pauseFunction"
  | "paused"
  | "troubles"
  | "errors"
  | "figures"
  | "graph"
  | "rates"
  | "recording"
  | "export";

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

/** What the store keeps until somebody or some time takes it out, by name; after 1,000 names of a kind the others count together. */
export interface StoredFigures {
  /** Messages for later, by the function that has set them, or that they go to if they came from outside. */
  readonly timers: ReadonlyMap<string, number>;
  /** Messages that were given up, by their function. */
  readonly deadLetters: ReadonlyMap<string, number>;
  /** Records that were, by their egress. */
  readonly deadRecords: ReadonlyMap<string, number>;
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

/** Messages since the start of this run, by names and never by ids. */
export interface GraphFigures {
  readonly since: number;
  /** At most 1,000: the rest is counted together, as `(others)`. */
  readonly edges: readonly EdgeFigures[];
}

export interface EdgeFigures {
  readonly from: {
    /** `timer`: a message for later, when it was due. Its name is the function that has set it; a send from outside has none. */
    readonly kind: "function" | "http" | "ingress" | "client" | "timer";
    readonly name?: string;
  };
  readonly to: { readonly kind: "function" | "egress"; readonly name: string };
  readonly messages: number;
}

/** Counts of each step, oldest first; null where nothing is known. */
export interface RateFigures extends FunctionRateFigures {
  readonly stepMs: number;
  /** The end of the last step. */
  readonly endMs: number;
  /** Messages in mailboxes, at the end of the step. */
  readonly waiting: readonly (number | null)[];
  /** Below which 99 of 100 commits took, about; null too where nothing was committed. */
  readonly commitP99Ms: readonly (number | null)[];
  readonly functions: Readonly<Record<string, FunctionRateFigures>>;
}

export interface FunctionRateFigures {
  readonly handled: readonly (number | null)[];
  /** Attempts. */
  readonly failed: readonly (number | null)[];
}

/** How many were at most as long as each bound. */
export interface Histogram {
  /** Counts of each bucket, not cumulative; the last one is of what is over all bounds (`histogramBounds`). */
  readonly counts: readonly number[];
  readonly sum: number;
}
