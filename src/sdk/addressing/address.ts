import { assertText, assertUserTypename, callerTypename, invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { Accepts, TaggedMessage, Typename } from "../types/type.ts";

/**
 * An address of any function is an `Address`; one got from a reference remembers what it accepts, replies
 * and keeps.
 */
export interface Address<M = never, R = unknown, S = unknown> {
  readonly typename: string;
  readonly id: string;
  readonly "~types"?: {
    readonly accepts: (message: M) => void;
    readonly replies: R;
    readonly state: S;
  };
}

/**
 * An address that says nothing about its messages takes any tagged value or received message. `at` keeps
 * the reference in a hidden property: a copy of an address (spread, JSON) takes tagged values only, a
 * bare one is `invalid_argument`.
 */
export type Sendable<M> = [M] extends [never] ? TaggedMessage : M;

class AddressValue {
  readonly typename: string;
  readonly id: string;
  readonly #accepts: Accepts;
  readonly #replies: Accepts;

  constructor(typename: string, id: string, accepts: Accepts, replies: Accepts) {
    this.typename = typename;
    this.id = id;
    this.#accepts = accepts;
    this.#replies = replies;
  }

  /** What it accepts; null for an address that was not made here. */
  static accepts(address: object): Accepts | null {
    return #accepts in address ? address.#accepts : null;
  }

  static replies(address: object): Accepts {
    return #replies in address ? address.#replies : undefined;
  }
}

/**
 * An address without a reference. It takes tagged values only.
 *
 * @example
 * ```ts
 * import { address, StatefulFunctions, string } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/forwarder", { accepts: string }, (context, id) => {
 *   context.send(address("demo/greeter", id), string.of("hello"));
 * });
 * ```
 */
export function address(typename: Typename, id: string): Address {
  assertUserTypename(typename, "the typename of an address", callerTypename);
  return addressOf(typename, id, undefined);
}

export function addressOf(
  typename: string,
  id: string,
  accepts: Accepts,
  replies?: Accepts,
): Address {
  assertText(id, `the id of an address of ${typename}`);
  return new AddressValue(typename, id, accepts, replies);
}

/** What its function answers, as its reference says; undefined when nothing does. */
export function repliesOf(to: Address): Accepts {
  return AddressValue.replies(to);
}

/** Checks what an address made by hand may have wrong, and says what the address accepts. */
export function acceptedBy(to: Address): Accepts {
  const accepts = AddressValue.accepts(Object(to));
  if (accepts !== null) return accepts;
  const { typename, id } = Object(to);
  if (id === undefined) {
    throw invalid(`expected an address, ref.at(id) or address(typename, id), got ${show(to)}`);
  }
  address(typename, id);
  return undefined;
}
