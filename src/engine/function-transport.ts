import type { Clock } from "../execution/batch-host.ts";
import type { InvocationBatch, WireAddress } from "../model/invocation.ts";
import type { Failed, InvocationOutcome, MissingValue } from "../model/outcome.ts";
import type { RetryOptions } from "../sdk/bound-function.ts";

/** A function as the engine sees it, wherever it lives. */
export interface EngineFunction {
  readonly typename: string;
  /** It is outside this process: it is called with committed inputs only. */
  readonly isRemote: boolean;
  readonly retry: Required<RetryOptions>;
  /** Its states by name. Those of a remote function become known with its first answer. */
  readonly states: ReadonlyMap<string, Pick<MissingValue, "name" | "expiration">>;
  /**
   * Runs a batch; may run the same one again, and be running one that was given up. Nothing has happened
   * until the engine commits the outcome. Never rejects for what the function does; a failure of the way
   * there is `unavailable`.
   */
  invoke(batch: InvocationBatch): Promise<InvocationOutcome | Failed>;
}

/** Finds functions: those of this process, and those behind an endpoint. */
export interface FunctionTransport {
  get(typename: string): EngineFunction | undefined;
}

/** What functions get of the engine that runs them. */
export interface FunctionHost {
  /** Engine time: never goes back. */
  readonly clock: Clock;
  /** Whether a delayed message with this token waits for its time. */
  isTokenPending(owner: WireAddress, token: string): boolean;
}
