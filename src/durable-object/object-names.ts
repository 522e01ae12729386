import {
  deadLetterAddress,
  isDeadLetterAddress,
  isEgressAddress,
} from "../engine/routing/system-addresses.ts";
import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import { type Address, addressOf } from "../sdk/addressing/address.ts";

/** Names of objects of the engine's own begin so. */
const own = "statefun/";

/** The object that holds an address, by its name. */
export type Placement = (address: WireAddress) => string;

/**
 * By default each address has an object of its own, named `namespace/name/id`. Records of a kept egress are in
 * one object, and so are all dead letters. Throws `invalid_argument` for a name that no object can have.
 */
export function placementOf(given: ((address: Address) => string) | undefined): Placement {
  return (address) => {
    const { typename, id } = address;
    if (isEgressAddress(address) || isDeadLetterAddress(address)) return `${typename}/${id}`;
    if (given === undefined) return `${typename}/${id}`;
    const name: unknown = given(addressOf(typename, id, undefined));
    const isName = typeof name === "string" && name !== "" && !name.startsWith(own);
    if (isName) return name;
    throw invalid(
      `placement of ${typename} ${show(id)} must be a text that does not begin with ${own}, got ${show(name)}`,
    );
  };
}

export const deadLetterObject: string = `${deadLetterAddress.typename}/`;
