import type { RetryOptions } from "../../model/retry-options.ts";
import type { ResolvedState } from "../state/state-specs.ts";
import type { Accepts } from "../types/type.ts";
import type { TypeTraits } from "../types/type-traits.ts";
import type { Context } from "./context.ts";

/** A function as the executor needs it: everything checked, types erased. */
export interface BoundFunction {
  readonly typename: string;
  readonly accepts: Accepts;
  readonly replies: Accepts;
  /** In the order of their declaration. */
  readonly states: ReadonlyMap<string, ResolvedState>;
  /** What makes its encrypted messages and states readable before it runs, if it has such. */
  readonly openBatch?: TypeTraits["openBatch"];
  readonly retry: RetryOptions;
  readonly handler: (context: Context<never, never>, message: never) => unknown;
}

export interface FunctionTable {
  get(typename: string): BoundFunction | undefined;
}
