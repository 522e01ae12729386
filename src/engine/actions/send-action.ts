import { plainValue } from "../../model/invocation.ts";
import { type Action, callKeyOf, type Order } from "../contract/actions.ts";
import type { Partition } from "../partition.ts";
import type { Done } from "./done.ts";

type Send = Extract<Action, { readonly kind: "send" }>;

/** Sends a message from outside in the open window: the key of the order is in it, so it needs none of its own. */
export function sendFor(
  { ingress, journal }: Partition,
  { key }: Order,
  { address, value, delayMs, isCall }: Send,
): Done {
  const message = {
    target: address,
    argument: plainValue(value),
    delayMs,
    way: "operator",
  } as const;
  if (isCall) {
    const stop = ingress.call({ ...message, idempotencyKey: callKeyOf(key) }, () => {});
    // Whoever wants the reply asks for it by the key.
    stop();
    return { count: 1 };
  }
  const number = ingress.send({ ...message, idempotencyKey: undefined }, () => {});
  // Whoever orders waits for this window, so nothing of it moves to the next one: neither the message nor the record of it.
  return { count: 1, id: `${journal.identity}-${number}` };
}
