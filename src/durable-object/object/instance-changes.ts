import type { WireAddress } from "../../model/invocation.ts";
import { addressOf } from "../../sdk/addressing/address.ts";
import type { InstanceChange } from "../durable-object-instance.ts";

/** The states that a window has written, by instance. */
export function changesOf(
  writes: Iterable<{ readonly address: WireAddress; readonly name: string }>,
): InstanceChange[] {
  const changes = new Map<
    string,
    { readonly address: WireAddress; readonly states: Set<string> }
  >();
  for (const { address, name } of writes) {
    const key = `${address.typename}/${address.id}`;
    const known = changes.get(key);
    if (known === undefined) changes.set(key, { address, states: new Set([name]) });
    else known.states.add(name);
  }
  return Array.from(changes.values(), ({ address: { typename, id }, states }) => ({
    address: addressOf(typename, id, undefined),
    states: [...states],
  }));
}
