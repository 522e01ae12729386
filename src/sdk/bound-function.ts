import type { Context } from "./context.ts";
import type { ResolvedState } from "./state-specs.ts";
import type { Accepts } from "./type.ts";

/** How often an engine of ours tries a message, and how long it waits between. A Flink cluster has its own. */
export interface RetryOptions {
  /** @default 8 */
  readonly maxAttempts?: number;
  /** @default 100, in milliseconds: doubled from attempt to attempt */
  readonly initialDelayMs?: number;
  /** @default 60_000: whatever is down longer is looked for once a minute */
  readonly maxDelayMs?: number;
}

/** A function as the executor needs it: everything checked, types erased. */
export interface BoundFunction {
  readonly typename: string;
  readonly accepts: Accepts;
  readonly replies: Accepts;
  /** In the order of their declaration. */
  readonly states: ReadonlyMap<string, ResolvedState>;
  readonly retry: RetryOptions;
  readonly handler: (context: Context<never, never>, message: never) => unknown;
}

export interface FunctionTable {
  get(typename: string): BoundFunction | undefined;
}
