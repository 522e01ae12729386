import type { Address } from "../sdk/addressing/address.ts";
import type { FunctionRef } from "../sdk/functions/function-ref.ts";
import type { Accepts } from "../sdk/types/type.ts";

/** Which instances are listed. */
export interface InstancesOptions {
  /** The function, or its typename. */
  readonly function: // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
  FunctionRef<Accepts, Accepts, {}> | string;
  /** Only ids that begin with it. @default "", which is all of them */
  readonly prefix?: string;
  /** The `next` of the page before. @default the first page */
  readonly after?: string | undefined;
  /** @default 100, at most 1,000: a page is read in turns of 5 ms, and held in memory */
  readonly limit?: number;
}

/** A page of instances, by their ids in the order of UTF-8. */
export interface InstanceList {
  readonly instances: readonly ListedInstance[];
  /** For `after`. Absent on the last page. */
  readonly next?: string;
}

/** An instance that has a state, a waiting message, or a delayed message of its own. */
export interface ListedInstance {
  readonly address: Address;
  /** Messages that wait, the one that is being handled included. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in milliseconds, to about a second. Of one from before the last start: at least that. */
  readonly oldestMs?: number;
  readonly isRunning: boolean;
  /** By an operator: it, or its function. */
  readonly isPaused: boolean;
  /** How many states it has, and their bytes; the bytes are absent where they are not known without reading them. */
  readonly states: number;
  readonly stateBytes?: number;
  /** Why it stands still. Absent while it does not. */
  readonly trouble?: InstanceTrouble;
}

/** Why an instance stands still, its messages waiting. */
export interface InstanceTrouble {
  /**
   * `retrying`: the message at the head failed, or the batch that it was in. `state`: a state cannot be read. `unbound`: nothing
   * is bound for the function. `endpoint`: its endpoint is down. `busy`: the limit of instances that run at once is reached.
   * `paused`: by an operator.
   */
  readonly kind: "retrying" | "unbound" | "endpoint" | "busy" | "paused" | "state";
  /** One of StateFunErrorCode, or `failed` where a handler threw something else. */
  readonly code: string;
  /** The message of the error, at most 2 kB. */
  readonly reason: string;
  /** Of the message at the head. */
  readonly attempts: number;
  /** When it failed, in milliseconds since the epoch. Absent if it was not tried since the start. */
  readonly atMs?: number;
  /** When it is tried again. */
  readonly retryAtMs?: number;
  /** What it waits for: its endpoint, by the name that the endpoint has for the function (`shop/*`), or the function. */
  readonly waitsFor?: string;
}
