import { assertKnownKeys, assertUserTypename } from "../../internal/assert.ts";
import { type Address, addressOf } from "../addressing/address.ts";
import type { State, StateSpecs } from "../state/state-specs.ts";
import { assertAccepts } from "../types/assert-type.ts";
import type { Accepts, Distinct, MessageOf, SendableOf, Typename } from "../types/type.ts";

/** A function by its name and contract, wherever it lives. */
export interface FunctionRef<
  A extends Accepts = undefined,
  R extends Accepts = undefined,
  // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
  S extends StateSpecs = {},
> {
  readonly typename: string;
  readonly accepts: A;
  readonly replies: R;
  readonly "~state"?: S;
  /** The address of one instance. Any well-formed string is an id, the empty one too. */
  at(id: string): Address<SendableOf<A>, MessageOf<R>, State<S>>;
}

/**
 * Declares a function that lives elsewhere: in another file, or in Java, Python or Go.
 *
 * @example
 * ```ts
 * import { functionRef, int, json, shape } from "statefun";
 *
 * const Add = json("shop/Add", shape<{ item: string; count: number }>());
 *
 * // Implemented elsewhere: by `functions.implement`, or in Java, Python or Go.
 * export const stock = functionRef("shop/stock", Add, { replies: int });
 *
 * console.log(stock.at("tea").id);
 * ```
 */
export function functionRef<
  const A extends Accepts = undefined,
  const R extends Accepts = undefined,
>(
  typename: Typename,
  accepts?: Distinct<A>,
  options: { readonly replies?: Distinct<R> } = {},
): FunctionRef<A, R> {
  const ref = createRef(typename, accepts as Accepts, Object(options).replies);
  assertKnownKeys(options, ["replies"], `the options of functionRef ${typename}`);
  // The reference is made of these very types.
  return ref as FunctionRef<A, R>;
}

/** The name, `accepts` and `replies` are checked here, so that no later code has to. */
export function createRef(
  typename: string,
  accepts: Accepts,
  replies: Accepts,
): FunctionRef<Accepts, Accepts> {
  assertUserTypename(typename, "the typename of a function");
  assertAccepts(accepts, `accepts of ${typename}`);
  assertAccepts(replies, `replies of ${typename}`);
  return {
    typename,
    accepts,
    replies,
    // What an address takes is in its type alone, and that is the reference's, which a caller sees.
    at: (id) =>
      addressOf(typename, id, accepts, replies) as ReturnType<FunctionRef<Accepts, Accepts>["at"]>,
  };
}
