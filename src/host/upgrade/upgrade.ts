import type { FunctionRef } from "../../sdk/functions/function-ref.ts";
import type { Accepts } from "../../sdk/types/type.ts";

/** Whose instances are upgraded: a function, or its typename. */
// biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
export type UpgradedFunction = FunctionRef<Accepts, Accepts, {}> | string;

export interface UpgradeRunOptions {
  /** Ends the walk: it rejects with the reason of the signal. What is upgraded stays so. @default it runs to its end */
  readonly signal?: AbortSignal | undefined;
}

/** What a walk over the instances of a function has done. */
export interface UpgradeSummary {
  /** How many were looked at. */
  readonly instances: number;
  /** How many of them had a state of an older type, which is now stored as the new one. */
  readonly upgraded: number;
  /** How many of them have a state that cannot be read or upgraded: they are left as they are, and `onError` gets each error. */
  readonly failed: number;
}
