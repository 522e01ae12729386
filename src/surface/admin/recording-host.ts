import type { Position } from "../../engine/contract/records.ts";
import type { WireAddress } from "../../model/invocation.ts";

/** What operators have of a recording: what each message has led to, for a while. */
export interface RecordingHost {
  state(): RecordingState;
  /** Begins one, or lets the present one go on for so long from now. Done once for a key. Where it is always on, nothing changes. */
  start(minutes: number, by: RecordingOrder): Promise<RecordingState>;
  /** Ends it: what was recorded can be read until the next one begins. Throws `conflict` where it is always on. */
  end(by: RecordingOrder): Promise<RecordingState>;
  /** Newest first. */
  messages(want: SpansWant): Promise<SpansPage>;
  /** Undefined for a number that the recording does not have. */
  tree(number: Position): Promise<SpanTree | undefined>;
}

/** Who has ordered it, and why. */
export interface RecordingOrder {
  readonly key: string;
  readonly who: string;
  readonly why: string | undefined;
}

export interface RecordingState {
  readonly isOn: boolean;
  /** It cannot be switched off. */
  readonly isAlways: boolean;
  /** Milliseconds since the epoch; undefined where it is off, or always on. */
  readonly until: number | undefined;
  /** What can be read. */
  readonly spans: number;
  /** How many there are at most. */
  readonly capacity: number;
}

/** What can be said of a span: the last of these that is true. */
export const spanOutcomes = [
  "waiting",
  "running",
  "completed",
  "failed",
  "dead",
  "scheduled",
  "cancelled",
  "delivered",
] as const;

export type SpanOutcome = (typeof spanOutcomes)[number];

/** What has sent something. */
export type SpanSource =
  | ({ readonly kind: "function" } & WireAddress)
  /** `unknown`: it came from outside, before the recording began. */
  | { readonly kind: "http" | "client" | "operator" | "unknown" }
  | { readonly kind: "ingress"; readonly name: string | undefined };

/** A message, a message for later, or a record of an egress, from where it is made to its end. */
export interface Span {
  /** Where it stands in the recording: later ones have greater places. */
  readonly place: number;
  readonly number: Position;
  readonly kind: "message" | "timer" | "record";
  /** What it was made by: none from outside; one of these, where messages ran together in one request to a remote function. */
  readonly causes: readonly Position[];
  /** What has caused it was not recorded. */
  readonly isCut: boolean;
  readonly from: SpanSource;
  readonly to: WireAddress | { readonly egress: string };
  readonly messageTypename: string;
  /** Of its value, in bytes. */
  readonly size: number;
  readonly at: number;
  /** When its last attempt began, and how long that took. */
  readonly startedAt: number | undefined;
  readonly durationMs: number | undefined;
  /** Without those that do not count, as while an endpoint is down: its message is then `waiting`, with the error. */
  readonly attempts: number;
  readonly outcome: SpanOutcome;
  readonly error: { readonly code: string; readonly message: string } | undefined;
  /** The number of its dead letter. */
  readonly letter: Position | undefined;
}

export interface SpansWant {
  /** A function: messages and timers to it, and records from it. */
  readonly typename?: string | undefined;
  /** One instance of it. */
  readonly id?: string | undefined;
  readonly is?: SpanOutcome | undefined;
  /** The place of the last one of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
}

export interface SpansPage {
  readonly spans: readonly Span[];
  readonly isMore: boolean;
}

/** All that has led to a message, and all that came of that. */
export interface SpanTree {
  /** The first one that the recording has. */
  readonly root: Position;
  /** Those nearest to what was asked for come first. */
  readonly spans: readonly Span[];
  /** False where a part was not recorded, or is not in the recording any more. */
  readonly isComplete: boolean;
  /** How many are in the recording and not in `spans`, because these are many. */
  readonly leftOut: number;
}
