import type { Rewrite } from "../../engine/actions/rewrite-states.ts";
import type { Partition } from "../../engine/partition.ts";
import { sameBytes } from "../../internal/bytes.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { plainIn } from "../../model/plain-bytes.ts";
import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";
import { statesOf } from "../inspect.ts";
import { openedStates } from "../views.ts";

/**
 * A rewrite of the states of an instance, some of them encrypted. What it gives is made before it runs, of the states as they are now:
 * one that a handler writes meanwhile stays as it is, since that is how states are written today.
 */
export async function sealedRewrite(
  partition: Partition,
  { typename, id }: WireAddress,
  fn: BoundFunction,
  rewrite: Rewrite,
): Promise<Rewrite> {
  const stored = statesOf(partition, { typename, id });
  const opened = await openedStates(stored, fn);
  const written = Array.from(opened, async ([name, value]) => {
    const made = rewrite(name, value);
    return [name, made && (await (plainIn(made)?.sealed(made) ?? made))] as const;
  });
  const ready = new Map(await Promise.all(written));
  return (name, { typename: type, bytes }) => {
    const before = stored.get(name);
    const isSame = before?.typename === type && before.bytes && bytes;
    return isSame && sameBytes(before.bytes, bytes) ? ready.get(name) : undefined;
  };
}
