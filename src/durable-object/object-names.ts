import { maxAddressBytes } from "../engine/contract/limits.ts";
import {
  deadLetterAddress,
  isDeadLetterAddress,
  isDirectoryAddress,
  isEgressAddress,
} from "../engine/routing/system-addresses.ts";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import { isText } from "../model/guards.ts";
import type { WireAddress } from "../model/invocation.ts";
import { textBytes } from "../model/message-bytes.ts";
import { type Address, addressOf } from "../sdk/addressing/address.ts";

/** Names of objects of the engine's own begin so. */
const own = "statefun/";
/** They are keys of rows, in objects that talk to each other. In bytes. */
const longest = maxAddressBytes;

/** The object that holds an address, by its name. */
export type Placement = (address: WireAddress) => string;

/**
 * By default each address has an object of its own, named `namespace/name/id`. Records of a kept egress are in
 * one object, and so are all dead letters; the directory is in a fixed number of objects. Throws `invalid_argument` for a name that no object can have.
 */
export function placementOf(given: ((address: Address) => string) | undefined): Placement {
  return (address) => {
    const { typename, id } = address;
    const isOwn = [isEgressAddress, isDeadLetterAddress, isDirectoryAddress];
    if (isOwn.some((is) => is(address))) return `${typename}/${id}`;
    if (given === undefined) return `${typename}/${id}`;
    const what = `placement of ${typename} ${show(id)}`;
    let name: unknown;
    try {
      name = given(addressOf(typename, id, undefined));
    } catch (cause) {
      throw new StateFunError("invalid_argument", `${what} threw: ${reasonOf(cause)}`, { cause });
    }
    if (isText(name) && name !== "" && !name.startsWith(own) && textBytes(name) <= longest) {
      return name;
    }
    const rule = `a text of 1 to ${longest} bytes that does not begin with ${own}`;
    throw invalid(`${what} must be ${rule}, got ${show(name)}`);
  };
}

export const deadLetterObject: string = `${deadLetterAddress.typename}/`;
