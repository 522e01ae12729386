import type { WireAddress } from "../model/invocation.ts";
import type { Position } from "./records.ts";

/** Who a function sees as the caller of a call. */
export const ingressTypename = "statefun/ingress";

/**
 * The address that a call's reply goes to: names the partition that waits for it, and is never given twice,
 * because `opener` is of one life of the engine and user code may see numbers of windows that are lost.
 */
export function callAddress(opener: string, number: Position, partition: string): WireAddress {
  return { typename: ingressTypename, id: `${opener}-${number}@${partition}` };
}

/** The partition that a call's address names; undefined for an id that no engine gave. */
export function callHome(id: string): string | undefined {
  const at = id.indexOf("@");
  return at < 0 ? undefined : id.slice(at + 1);
}
