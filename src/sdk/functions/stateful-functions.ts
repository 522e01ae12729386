import { assertFunction, assertInteger, assertKnownKeys, invalid } from "../../internal/assert.ts";
import { longestWaitMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import type { RetryOptions } from "../../model/retry-options.ts";
import type { BoundFunction } from "../invocation/bound-function.ts";
import type { Handler } from "../invocation/context.ts";
import {
  type CheckedStates,
  type ResolvedState,
  resolveStates,
  type StateSpecs,
} from "../state/state-specs.ts";
import type { Accepts, Distinct, Typename } from "../types/type.ts";
import { traitsOf } from "../types/type-traits.ts";
import { createRef, type FunctionRef } from "./function-ref.ts";
import type { Module } from "./function-table.ts";

export interface FunctionOptions<A extends Accepts, S extends StateSpecs, R extends Accepts> {
  /** One type: the handler gets its bare values. A list: tagged ones. Left out: any `Message`. */
  readonly accepts?: Distinct<A>;
  /** What `context.reply` and the result of a call may be. */
  readonly replies?: Distinct<R>;
  readonly state?: CheckedStates<S>;
  readonly retry?: RetryOptions;
  /**
   * Milliseconds, an integer from 1 on. After this time without a message the instance loses its states, all together; up to a tenth
   * later except on a cluster, so that most messages need no write. A state may have a shorter expiration of its own; a longer one is
   * `invalid_argument`. On a cluster each state expires by itself, counted from the last message.
   * @default none: states without an expiration are kept for ever
   */
  readonly expireInstanceAfterMs?: number;
}

type Loose = FunctionOptions<Accepts, StateSpecs, Accepts>;

/** What an implementation has beside its contract. */
const implementationOptions = ["state", "retry", "expireInstanceAfterMs"];

/**
 * The functions of one module: what a file binds, and what a handler serves.
 *
 * @example
 * ```ts
 * import { int, requestReplyHandler, StatefulFunctions } from "statefun";
 *
 * const functions = new StatefulFunctions();
 *
 * functions.bind("demo/counter", { state: { visits: { type: int, initial: 0 } } }, (context) => {
 *   context.state.visits += 1;
 * });
 *
 * export default { fetch: requestReplyHandler(functions) };
 * ```
 */
export class StatefulFunctions<Env = unknown> implements Module<Env> {
  readonly "~module": string;
  declare readonly "~env"?: (env: Env) => void;
  /** @internal */
  readonly "~functions": Map<string, BoundFunction> = new Map();

  /** @param name names the module in error messages. */
  constructor(name = "functions") {
    this["~module"] = name;
  }

  /**
   * Binds a handler to a function type. Everything is checked here: a wrong option, a name that is bound
   * already, a state that cannot be are `invalid_argument` at start and not at the first message.
   *
   * @example
   * ```ts
   * import { int, StatefulFunctions, string } from "statefun";
   *
   * const functions = new StatefulFunctions();
   *
   * export const greeter = functions.bind(
   *   "demo/greeter",
   *   { accepts: string, replies: string, state: { visits: { type: int, initial: 0 } } },
   *   (context, name) => {
   *     context.state.visits += 1;
   *     context.reply(`Hello ${name}, visit ${context.state.visits}`);
   *   },
   * );
   * ```
   */
  bind<
    const A extends Accepts = undefined,
    // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
    const S extends StateSpecs = {},
    const R extends Accepts = undefined,
  >(
    typename: Typename,
    options: FunctionOptions<A, S, R>,
    handler: Handler<A, S, Env, R>,
  ): FunctionRef<A, R, S>;
  // biome-ignore lint/complexity/noBannedTypes: as above.
  bind(typename: Typename, handler: Handler<undefined, {}, Env>): FunctionRef;
  bind(typename: Typename, ...rest: unknown[]): unknown {
    const [options, handler] = rest.length > 1 ? rest : [{}, rest[0]];
    const { accepts, replies }: Loose = Object(options);
    const ref = createRef(typename, accepts, replies);
    return this.#add(ref, ["accepts", "replies", ...implementationOptions], options, handler);
  }

  /**
   * Implements a function that a contract file declared with `functionRef`.
   *
   * @example
   * ```ts
   * import { functionRef, int, StatefulFunctions } from "statefun";
   *
   * // In a file that senders import too.
   * export const account = functionRef("bank/account", int, { replies: int });
   *
   * const functions = new StatefulFunctions();
   * functions.implement(account, { state: { cents: { type: int, initial: 0 } } }, (context, cents) => {
   *   context.state.cents += cents;
   *   context.reply(context.state.cents);
   * });
   * ```
   */
  implement<
    A extends Accepts,
    R extends Accepts,
    // biome-ignore lint/complexity/noBannedTypes: as above.
    const S extends StateSpecs = {},
  >(
    ref: FunctionRef<A, R>,
    options: {
      readonly state?: CheckedStates<S>;
      readonly retry?: RetryOptions;
      /** As in `bind`. */
      readonly expireInstanceAfterMs?: number;
    },
    handler: Handler<A, S, Env, R>,
  ): FunctionRef<A, R, S> {
    const { typename, accepts, replies } = Object(ref);
    this.#add(createRef(typename, accepts, replies), implementationOptions, options, handler);
    // The same reference; that it has this state now is known to its type alone.
    return ref as unknown as FunctionRef<A, R, S>;
  }

  #add(
    ref: FunctionRef<Accepts, Accepts>,
    known: readonly string[],
    options: unknown,
    handler: unknown,
  ): unknown {
    const { typename, accepts, replies } = ref;
    if (typeof options === "function") throw invalid("bind takes the options before the handler");
    assertKnownKeys(options, known, `the options of ${typename}`);
    // The keys are checked; what they hold is checked here.
    const { state = {}, retry = {}, expireInstanceAfterMs } = options as Loose;
    if (expireInstanceAfterMs !== undefined) {
      assertInteger(expireInstanceAfterMs, `expireInstanceAfterMs of ${typename}`, 1);
    }
    assertFunction(handler, `the handler of ${typename}`);
    assertRetry(retry, `retry of ${typename}`);
    if (this["~functions"].has(typename)) {
      throw invalid(`${typename} is bound twice in module ${show(this["~module"])}`);
    }
    const states = resolveStates(state, typename, expireInstanceAfterMs);
    this["~functions"].set(typename, {
      typename,
      accepts,
      replies,
      states,
      openBatch: opening(accepts, states.values()),
      retry,
      // It is called with the context and the message that these options describe.
      handler: handler as BoundFunction["handler"],
    });
    return ref;
  }
}

function opening(accepts: Accepts, states: Iterable<ResolvedState>): BoundFunction["openBatch"] {
  const types = [accepts ?? [], Array.from(states, ({ type }) => type)].flat();
  return types.map(traitsOf).find(({ openBatch }) => openBatch)?.openBatch;
}

/** All of them are integers from 1 on. */
export function assertRetry(retry: RetryOptions, what: string): void {
  assertKnownKeys(retry, ["maxAttempts", "initialDelayMs", "maxDelayMs"], what);
  for (const [name, value] of Object.entries(retry)) {
    assertInteger(value, `${name} of ${what}`, 1, longestWaitMs);
  }
}
