import type { WireAddress, WireHeader } from "./invocation.ts";

/**
 * What an application does, reported as it happens: the base of traces, metrics and logs.
 *
 * - Every hook is optional. One that is absent costs nothing, and neither does an observer that was not given.
 * - Hooks run synchronously, between two things that the engine does. They should take microseconds, and do I/O later.
 * - A hook changes nothing: what it throws or rejects with is reported to `onError` once for each hook, and is dropped.
 * - Hooks report what happens in memory. What a crash takes back happens and is reported again later. `committed`
 *   says when it survives a crash.
 * - Events are plain objects that are not changed afterwards. Those with bytes share them with the engine: do not write to them.
 */
export interface Observer {
  /** A client of this process is about to send, or to call. */
  sending?(event: SendingEvent): SendingObservation | undefined;
  /** The engine has taken a message from outside. Its receipt follows when it survives a crash. */
  accepted?(event: AcceptedEvent): void;
  /** The engine has refused one: nothing of it is kept. */
  refused?(event: RefusedEvent): void;
  /** A handler is about to run, or a request to a remote function is about to be made. */
  handling?(event: HandlingEvent): HandlingObservation | undefined;
  /** A message was given up: it is a dead letter now. So is a record of an egress, with its name. */
  dead?(event: DeadLetterEvent): void;
  /** A message for later: it was set, its time has come, or it was taken back. */
  timer?(event: TimerEvent): void;
  /** A function has emitted a record. */
  emitted?(event: EmittedEvent): void;
  /** Records were given to an egress, or a delivery has failed and comes again. */
  delivered?(event: DeliveredEvent): void;
  /** A window of the engine was written to the store. */
  committed?(event: CommittedEvent): void;
  /** An endpoint of remote functions, or an egress, does not answer any more, or answers again. */
  reachable?(event: ReachableEvent): void;
  /** How far an ingress is behind; at most once a second for each of its sources. */
  ingress?(event: IngressEvent): void;
  /** An operator has done something that had an effect. */
  operated?(event: OperatedEvent): void;
  /**
   * An engine of this process has started, before anything new comes in: what waits in it can be asked for. Of a Durable Object it is not
   * called, because no object knows of the others, and not where a cluster is the engine.
   */
  started?(event: StartedEvent): void;
  /** The engine has ended: `error` is undefined after a close. */
  stopped?(event: StoppedEvent): void;
}

/** Which engine runs a function; `flink` is a cluster of StateFun, whose requests a fetch handler answers. */
export type EngineKind = "embedded" | "durable-object" | "test" | "flink";

export interface SendingEvent {
  readonly address: WireAddress;
  readonly messageTypename: string;
  readonly kind: "send" | "call";
  readonly delayMs: number;
}

export interface SendingObservation {
  /** Headers that the message gets beside those that it was given; one that it has already stays. */
  headers?(): Readonly<Record<string, string>> | undefined;
  /** The receipt or the reply is there, or an error instead of it. */
  ended?(end: SendingEnd): void;
}

/** How a message that a client has sent, or a call, ended for the client. */
export interface SendingEnd {
  /** Undefined after a success. */
  readonly error: unknown;
  readonly durationMs: number;
  /** The id in the receipt. Undefined after an error, and for a call. */
  readonly messageId: string | undefined;
}

export interface AcceptedEvent {
  readonly engine: EngineKind;
  readonly address: WireAddress;
  readonly messageTypename: string;
  readonly kind: "send" | "call" | "ingress" | "link";
  readonly delayMs: number;
  /** It came before, with the same idempotency key: it does not run again. */
  readonly isDuplicate: boolean;
}

export interface RefusedEvent {
  readonly engine: EngineKind;
  readonly address: WireAddress;
  readonly messageTypename: string;
  /** As of a `StateFunError`. */
  readonly code: string;
}

/** One message that is handled. */
export interface HandledMessage {
  /** The id in its receipt, if a client has sent it. A delayed message gets another id when it is delivered. Undefined on a cluster. */
  readonly id: string | undefined;
  readonly typename: string;
  readonly caller: WireAddress | undefined;
  readonly headers: readonly WireHeader[];
  /** Of its value. */
  readonly bytes: number;
  /** 1 at the first; undefined on a cluster, which does not say. */
  readonly attempt: number | undefined;
}

export interface HandlingEvent {
  readonly engine: EngineKind;
  readonly address: WireAddress;
  /** One; several in the request to a remote function, whose messages run in it one after another. */
  readonly messages: readonly HandledMessage[];
  /** The function runs in another process. */
  readonly isRemote: boolean;
}

export interface HandlingObservation {
  /** Runs the handler: calls `run` once, at once, and gives back what it gave. For what is active while a handler runs. */
  run?<T>(run: () => T): T;
  /**
   * Headers for what the function sends: a message, a delayed one, or a record. One that the handler gave stays, and with a
   * `traceparent` of its own an effect gets no `tracestate`. They are left out where the wire or the egress cannot carry them, and
   * where the message would become too large.
   */
  headers?(effect: HandlingEffect): Readonly<Record<string, string>> | undefined;
  /**
   * Asked once the attempt has failed, before `ended`: headers that the message gets if this was its last attempt. They are stored with
   * its dead letter, come with its replay, and take the place of those of the same names. They are left out where they
   * are more than 1,024 characters of JSON.
   */
  deadLetterHeaders?(): Readonly<Record<string, string>> | undefined;
  ended?(end: HandlingEnd): void;
}

export interface HandlingEffect {
  readonly kind: "message" | "delayed" | "record";
  /** Of the function or the egress that it goes to. */
  readonly typename: string;
  /** Those that the handler gave it. A received message that is sent on has none here: its own headers are replaced. */
  readonly headers: readonly WireHeader[];
}

export interface HandlingEnd {
  /**
   * `failed`: it is tried again, or becomes a dead letter (`dead` says so then). On a cluster the whole batch is. `incomplete`: the
   * same messages run again, with more states.
   */
  readonly outcome: "completed" | "failed" | "incomplete";
  /** Undefined unless it failed. */
  readonly error: unknown;
  readonly durationMs: number;
}

export interface DeadLetterEvent {
  readonly engine: EngineKind;
  /** The target of the message, or the sender of the record. */
  readonly address: WireAddress;
  readonly egress: string | undefined;
  readonly messageTypename: string;
  readonly code: string;
  readonly reason: string;
  readonly attempts: number;
}

export interface TimerEvent {
  readonly engine: EngineKind;
  readonly kind: "set" | "fired" | "cancelled";
  /** The target of the message; of a timer that was cancelled its owner. */
  readonly address: WireAddress;
  /** When it was set: how long it waits. When it fired: how late it was. Otherwise 0. */
  readonly ms: number;
}

export interface EmittedEvent {
  readonly engine: EngineKind;
  readonly from: WireAddress;
  readonly egress: string;
  readonly bytes: number;
}

export interface DeliveredEvent {
  readonly engine: EngineKind;
  readonly egress: string;
  readonly records: number;
  readonly durationMs: number;
  /** Undefined if it was delivered. */
  readonly error: unknown;
}

export interface CommittedEvent {
  readonly engine: EngineKind;
  readonly steps: number;
  /** Rows of states, messages, timers and so on that were added, changed or removed. */
  readonly rows: number;
  /** About what was written: values, and what stands beside them. */
  readonly bytes: number;
  /** Of the commit, without the wait for the disk. */
  readonly durationMs: number;
}

export interface ReachableEvent {
  readonly engine: EngineKind;
  readonly kind: "endpoint" | "egress";
  readonly name: string;
  readonly isUp: boolean;
  /** Why not. */
  readonly reason: string | undefined;
}

export interface IngressEvent {
  readonly typename: string;
  readonly source: string;
  /** Records that exist and were not taken yet; undefined while that is unknown, and when another process has taken the source over. */
  readonly lag: number | undefined;
  /** Taken since the source was assigned to this process. */
  readonly records: number;
}

export interface OperatedEvent {
  readonly engine: EngineKind;
  readonly action: string;
  readonly address: WireAddress | undefined;
  readonly who: string;
}

export interface StartedEvent {
  readonly engine: EngineKind;
  /**
   * What waits now, counted when it is asked for: over all mailboxes, with a pause after every 4 ms. Those who ask at the same time get the
   * same. Undefined once the engine has ended; rejects where the store cannot be read.
   */
  readonly look: () => Promise<EngineLook | undefined>;
}

/** What waits in an engine, by names of a program and never by id. */
export interface EngineLook {
  /**
   * By function: all that are bound, and others while something waits for them. Beyond 1,000 of them, those that are not bound count
   * together as `(others)`.
   */
  readonly functions: readonly {
    readonly typename: string;
    /** Messages in mailboxes, with those that are being handled. */
    readonly waiting: number;
    /** How long the oldest of them has waited, to about a second; 0 where there is none. Of an earlier run: since the start of this one. */
    readonly oldestMs: number;
    /** Instances whose handler runs, or whose request to a remote function does. */
    readonly running: number;
  }[];
  /** By egress that delivers: records that are not delivered yet; at most 10,000 of an earlier run are counted. */
  readonly egresses: readonly { readonly typename: string; readonly backlog: number }[];
  /** Delayed messages that are set; at most 10,000 of an earlier run are counted. */
  readonly timers: number;
  readonly deadLetters: number;
}

export interface StoppedEvent {
  readonly engine: EngineKind;
  readonly error: unknown;
}
