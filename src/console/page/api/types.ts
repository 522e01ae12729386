// Shapes of the answers of the administration API, as its OpenAPI document (`/admin/openapi.json`) says them.

export interface Me {
  readonly who: string;
  readonly role: "read" | "write";
  readonly engine: "embedded" | "durable-object";
  readonly version: string;
  readonly unsupported: Readonly<Record<string, string>>;
}

export interface Address {
  readonly typename: string;
  readonly id: string;
}

/** A value as lists show it: `value` or `base64` of a small one, `size` and the beginning of a large one. */
export interface ShownValue {
  readonly typename: string;
  readonly value?: unknown;
  readonly base64?: string;
  /** Of an encrypted value: the id of its key. */
  readonly encryptedWith?: string;
  readonly size?: number;
  readonly digest?: string;
  readonly preview?: string;
  readonly previewBase64?: string;
}

export interface Trouble {
  readonly kind: "retrying" | "unbound" | "endpoint" | "busy" | "paused" | "state";
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
  readonly number: string;
  readonly atMs?: number;
  readonly retryAtMs?: number;
  readonly waitsFor?: string;
}

export interface InstanceTrouble extends Trouble, Address {}

export interface Overview {
  readonly status: string;
  readonly engine: Me["engine"];
  readonly version: string;
  readonly functions: number;
  readonly totals?: Totals;
  readonly deadLetters?: number;
  readonly paused?: number;
  readonly troubles?: readonly InstanceTrouble[];
  readonly egressesWaiting: readonly string[];
  readonly endpointsDown: readonly string[];
  readonly unsupported: Readonly<Record<string, string>>;
}

export interface Totals {
  readonly startedAtMs: number;
  readonly pendingMessages: number;
  readonly pendingBytes: number;
  readonly runningSteps: number;
  readonly timers: number;
  readonly deadLetters: number;
  readonly windows: number;
  readonly steps: number;
}

export interface Histogram {
  /** Of each bucket; bounds stand in `GET /admin/windows`. */
  readonly counts: readonly number[];
  readonly sum: number;
}

export interface FunctionFigures {
  readonly accepted: number;
  readonly refused: number;
  readonly completed: number;
  readonly failed: number;
  readonly dead: number;
  readonly waiting: number;
  readonly oldestMs: number;
  readonly durationMs: Histogram;
}

export interface FunctionRow {
  readonly typename: string;
  readonly remote: boolean;
  readonly endpoint?: string;
  readonly accepts: readonly string[];
  readonly replies: readonly string[];
  readonly states: readonly {
    readonly name: string;
    readonly type: string;
    readonly expireAfterWriteMs?: number;
    readonly expireAfterCallMs?: number;
  }[];
  readonly retry?: {
    readonly maxAttempts?: number;
    readonly initialDelayMs?: number;
    readonly maxDelayMs?: number;
  };
  readonly paused: boolean;
  readonly figures?: FunctionFigures;
}

export interface TypeRow {
  readonly typename: string;
  readonly kind: "json" | "scalar" | "bytes";
  readonly schema?: unknown;
}

export interface FunctionsPage {
  readonly functions: readonly FunctionRow[];
  readonly types: readonly TypeRow[];
  readonly egresses: readonly { readonly typename: string }[];
  readonly next?: string;
}

/** The live topic `functions`. */
export interface FunctionsTopic {
  readonly functions?: Readonly<Record<string, FunctionFigures>>;
  /** How many did not fit. */
  readonly leftOut?: number;
}

export interface InstanceRow {
  readonly id: string;
  readonly waiting?: number;
  readonly oldestMs?: number;
  readonly running?: boolean;
  readonly paused?: boolean;
  readonly states?: number;
  readonly stateBytes?: number;
  readonly trouble?: Trouble;
}

export interface InstancesPage {
  readonly instances: readonly InstanceRow[];
  readonly next?: string;
}

export interface InstanceTimer {
  readonly number: string;
  readonly atMs: number;
  readonly to: Address;
  readonly message: ShownValue;
  readonly cancellationToken?: string;
}

export interface Instance extends Address {
  readonly state: Readonly<Record<string, ShownValue & { readonly etag: string }>>;
  readonly mailboxLength: number;
  readonly mailbox: readonly (ShownValue & { readonly number: string })[];
  readonly timers: readonly InstanceTimer[];
  readonly paused?: boolean;
  readonly running?: boolean;
  readonly oldestMs?: number;
  readonly trouble?: Trouble;
  readonly next?: string;
}

export interface Timer extends InstanceTimer {
  readonly from?: Address;
}

export interface Header {
  readonly name: string;
  readonly value?: string | null;
  readonly base64?: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly address: Address;
  readonly egress?: string;
  readonly message: ShownValue & {
    readonly headers: readonly Header[];
    readonly headerCount?: number;
  };
  readonly error: { readonly code: string; readonly message: string };
  readonly attempts: number;
  readonly failedAtMs: number;
}

export interface DeadGroup {
  readonly typename: string;
  readonly egress?: string;
  readonly code: string;
  readonly reason: string;
  readonly count: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

export interface EgressRow {
  readonly typename: string;
  readonly kind: "kept" | "delivered";
  readonly status: "running" | "waiting";
  readonly reason?: string;
  readonly emitted?: number;
  readonly delivered?: number;
  readonly failures?: number;
  readonly backlog?: number;
  readonly durationMs?: Histogram;
}

/** A record of a kept egress, as `GET /admin/records` lists it. */
export interface RecordRow {
  readonly cursor: string;
  readonly id: string;
  readonly from: Address;
  readonly message: DeadLetter["message"];
}

export interface EndpointRow {
  readonly name: string;
  readonly up: boolean;
  readonly sinceMs?: number;
  readonly reason?: string;
}

export interface IngressRow {
  readonly typename: string;
  readonly status: "starting" | "running" | "waiting" | "stalled" | "stopped";
  readonly reason?: string;
  readonly sources: readonly {
    readonly source: string;
    readonly position?: string;
    readonly lag?: number;
    readonly rate: number;
    readonly records: number;
    readonly invalid: number;
    readonly paused: boolean;
  }[];
}

export interface PausedRow {
  readonly typename: string;
  readonly id?: string;
  readonly sinceMs: number;
  readonly who: string;
  readonly why?: string;
}

export interface RecentError {
  readonly atMs: number;
  readonly code: string;
  readonly message: string;
  readonly typename?: string;
  readonly id?: string;
  readonly egress?: string;
}

export interface ActivityRow {
  readonly cursor: string;
  /** As the engine writes it: at, who, why, action, address, result. */
  readonly record?: Readonly<Record<string, unknown>>;
  readonly base64?: string;
}

export interface Windows {
  readonly windows: number;
  readonly steps: number;
  readonly rows: number;
  readonly bytes: number;
  readonly commitMs: Histogram;
  readonly boundsMs: readonly number[];
  readonly clockBehindMs: number;
}

export interface Edge {
  readonly from: {
    readonly kind: "function" | "http" | "ingress" | "client" | "timer";
    readonly name?: string;
  };
  readonly to: { readonly kind: "function" | "egress"; readonly name: string };
  readonly messages: number;
}

/** Who sends to whom, counted since the start; also a live topic. */
export interface Graph {
  readonly sinceMs: number;
  readonly edges: readonly Edge[];
}

/** Counts of steps of `stepMs`, oldest first; null where nothing is known. */
export interface Rates {
  readonly stepMs: number;
  readonly endMs: number;
  readonly handled: readonly (number | null)[];
  readonly failed: readonly (number | null)[];
  readonly waiting: readonly (number | null)[];
  readonly commitP99Ms: readonly (number | null)[];
  readonly functions: Readonly<
    Record<
      string,
      { readonly handled: readonly (number | null)[]; readonly failed: readonly (number | null)[] }
    >
  >;
}

export interface Recording {
  readonly on: boolean;
  readonly always: boolean;
  readonly untilMs?: number;
  readonly spans: number;
  readonly capacity: number;
}

export type SpanOutcome =
  | "waiting"
  | "running"
  | "completed"
  | "failed"
  | "dead"
  | "scheduled"
  | "cancelled"
  | "delivered";

export interface Span {
  readonly number: string;
  readonly kind: "message" | "timer" | "record";
  /** Empty: from outside. Several: one of the messages of a batch. */
  readonly causes: readonly string[];
  /** What has caused it was not recorded. */
  readonly causeUnknown?: boolean;
  readonly from: {
    readonly kind: "function" | "http" | "client" | "ingress" | "operator" | "link" | "unknown";
    readonly name?: string;
    readonly typename?: string;
    readonly id?: string;
  };
  readonly to: { readonly typename?: string; readonly id?: string; readonly egress?: string };
  readonly messageTypename: string;
  readonly size: number;
  readonly atMs: number;
  readonly startedAtMs?: number;
  readonly durationMs?: number;
  readonly attempts: number;
  readonly outcome: SpanOutcome;
  readonly error?: { readonly code: string; readonly message: string };
  /** The id of its dead letter. */
  readonly deadLetter?: string;
}

export interface SpansPage {
  readonly messages: readonly Span[];
  readonly next?: string;
}

export interface SpanTree {
  readonly spans: readonly Span[];
  readonly isComplete: boolean;
  /** How many more there are, of a large tree. */
  readonly leftOut?: number;
}

/** What an action answers. */
export interface Done {
  readonly duplicate: boolean;
  readonly count: number;
  readonly next?: string;
}
