import { assertText, assertTypename, invalid, isRecord, show } from "../internal/assert.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { FunctionRef } from "./function-ref.ts";
import type { Message } from "./message.ts";
import type { Accepts, Typename } from "./type.ts";

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
export type Sendable<M> = [M] extends [never] ? Message : M;

type AnyRef = Pick<FunctionRef<Accepts, Accepts>, "typename" | "accepts">;

class AddressValue {
  readonly typename: string;
  readonly id: string;
  readonly #ref: AnyRef | undefined;

  constructor(typename: string, id: string, ref?: AnyRef) {
    this.typename = typename;
    this.id = id;
    this.#ref = ref;
  }

  static refOf(address: object): AnyRef | undefined {
    return #ref in address ? address.#ref : undefined;
  }

  static isOne(address: object): boolean {
    return #ref in address;
  }
}

/** An address without a reference. It takes tagged values only. */
export function address(typename: Typename, id: string): Address {
  assertTypename(typename, "the typename of an address");
  assertId(id, typename);
  return new AddressValue(typename, id);
}

export function addressOf(ref: AnyRef, id: string): Address {
  assertId(id, ref.typename);
  return new AddressValue(ref.typename, id, ref);
}

/** An address that a runtime named: not ours to judge. */
export function addressFromWire({ typename, id }: WireAddress): Address {
  return new AddressValue(typename, id);
}

/** Checks what an address made by hand may have wrong. */
export function assertAddress(value: unknown): asserts value is Address {
  if (!isRecord(value)) throw invalid(`the target must be an address, got ${show(value)}`);
  if (AddressValue.isOne(value)) return;
  assertTypename(value["typename"], "the typename of an address");
  assertId(value["id"], value["typename"]);
}

export function refOf(value: Address): AnyRef | undefined {
  return AddressValue.refOf(value);
}

function assertId(id: unknown, typename: string): asserts id is string {
  assertText(id, `the id of an address of ${typename}`);
}
