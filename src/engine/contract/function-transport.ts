import type { Clock } from "../../model/clock.ts";
import type { StepBatch, WireAddress } from "../../model/invocation.ts";
import type { Failed, InvocationOutcome, MissingValue } from "../../model/outcome.ts";
import type { RetryOptions } from "../../model/retry-options.ts";

/** A state of a function, as the engine sees it. */
export interface EngineState extends Pick<MissingValue, "name" | "expiration"> {
  /** It expires after a call, together with the others of which this is said. @default by itself */
  readonly isOfInstance?: boolean;
}

/** A function as the engine sees it, wherever it runs. */
export interface EngineFunction {
  readonly typename: string;
  /** It is outside this process: it is called with committed inputs only. */
  readonly isRemote: boolean;
  /** What it shares with the other functions of its endpoint; undefined for one of this process. */
  readonly gate?: Gate;
  /** Its endpoint, for operators: by the name that the endpoint has for it, since a URL may hold a secret. */
  readonly endpoint?: string;
  /** Messages of one batch at most, where that is not the engine's own number. */
  readonly maxBatch?: number;
  readonly retry: Required<RetryOptions>;
  /** Its states by name. Those of a remote function become known with an `incomplete` outcome, and stay known. */
  readonly states: ReadonlyMap<string, EngineState>;
  /**
   * Runs a batch; may run the same one again, and be running one that was given up. Nothing has happened
   * until the engine commits the outcome. Never rejects for what the function does; a failure of the way
   * there is `unavailable`. What has ended already is given as it is, without a promise. After `incomplete` the same batch is run again, with the states that are known now.
   */
  invoke(batch: StepBatch): InvocationOutcome | Failed | Promise<InvocationOutcome | Failed>;
}

/** Limits the steps that run at one endpoint at a time; while the endpoint is down, only one step may test it. */
export interface Gate {
  /** @default true */
  readonly isUp?: boolean;
  /** Engine time at which one that is down is tested; undefined while it is up, or is being tested. */
  readonly retryAt?: number | undefined;
  /**
   * A place, or undefined: then `wake` is called once, when there may be one. The called step asks again with the
   * same key, and takes precedence over others.
   */
  enter(key: object, wake: () => void): Place | undefined;
  /**
   * The step of this key does not ask again for now: a place that was kept for it is for others. Says whether it waited to be called,
   * which it is not any more.
   */
  withdraw(key: object): boolean;
  /** While the endpoint is down: tests it at the next step, however long the wait before that should be. Whether it was down. */
  look(): boolean;
}

export interface Place {
  /** Gives the place back, whatever became of the step. */
  leave(): void;
}

/** Finds functions: those of this process, and those behind an endpoint. */
export interface FunctionTransport {
  get(typename: string): EngineFunction | undefined;
  /** Those whose names are known. */
  names?(): Iterable<string>;
  /** The functions that cannot be reached now, by the names their endpoints have for them. */
  unavailable?(): readonly string[];
  /**
   * Aborts running requests to an endpoint, and the signals of running handlers: the engine has stopped, and nothing waits for
   * them.
   */
  close?(): void;
}

/** What functions get of the engine that runs them. */
export interface FunctionHost {
  /** Of the store: ids of messages begin with it. */
  readonly identity: string;
  /** Engine time: never goes back. */
  readonly clock: Clock;
  /** From 0 to 1, like Math.random. */
  readonly random: () => number;
  /** Whether a delayed message with this token waits for its time. */
  isTokenPending(owner: WireAddress, token: string): boolean;
  /** Throws `invalid_argument` for an address that no partition has. */
  assertTarget(target: WireAddress): void;
}
