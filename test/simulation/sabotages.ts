import type { Sabotage } from "./disk.ts";
import type { OrderSabotage } from "./operators/operated.ts";

/*
 * Bugs put in on purpose, from outside: a simulator that does not find these would find nothing. Each is
 * a store that does what a wrong engine would make of a right one.
 */

/** The receiver of a link does not look up what it has taken, after a restart. */
export const forgetsLinks: Sabotage = () => ({ linkIn: () => undefined });

/** An idempotency key is not looked up. */
export const forgetsKeys: Sabotage = () => ({ accepted: () => undefined });

/** A timer is gone as soon as it was read, and not by the commit of its firing. */
export const removesTimersEarly: Sabotage = (store, removed) => {
  const left = (until: number) =>
    store.dueTimers(until, Number.MAX_SAFE_INTEGER).filter(({ number }) => !removed.has(number));
  return {
    dueTimers: (until, limit) => {
      const due = left(until).slice(0, limit);
      for (const { number } of due) removed.add(number);
      return due;
    },
    nextDue: () => left(Number.POSITIVE_INFINITY)[0]?.dueAt,
  };
};

/** What was committed is acknowledged before it survives a crash. */
export const acknowledgesEarly: Sabotage = (store) => ({
  durable: async () => {
    // It is synced, but nobody waits for that.
    store.durable().catch(() => {});
  },
});

/** A cancellation does not find what it is to take back. */
export const cancelsNothing: Sabotage = () => ({ timerByToken: () => undefined });

/** A link takes its messages from the outbox in the wrong order. */
export const sendsBackwards: Sabotage = (store) => ({
  outbox: (link, after, limit) => [...store.outbox(link, after, limit)].reverse(),
});

/** An egress record is gone when it was read, whatever becomes of its delivery. */
export const removesRecordsEarly: Sabotage = (store, removed) => ({
  unsent: (egress, after, limit) => {
    const page = store.unsent(egress, after, limit).filter(({ number }) => !removed.has(number));
    for (const { number } of page) removed.add(number);
    return page;
  },
});

/** A pause is in memory alone. */
export const forgetsPauses: Sabotage = () => ({ paused: () => [] });

/** An action is ordered without its key: each time it comes it is another one. */
export const dropsKeys = (): OrderSabotage => {
  let count = 0;
  return (_, order) => ({ ...order, key: `${order.key} ${++count}` });
};

/** A skip takes whatever is at the head when it first comes. */
export const skipsAnything = (): OrderSabotage => {
  const numbers = new Map<string, number>();
  return ({ partition }, order) => {
    const { action, key } = order;
    if (action.kind !== "skip") return order;
    const head = partition.mailboxes.find(action.address)?.mailbox.at(0)?.number;
    const number = numbers.get(key) ?? head ?? action.number;
    numbers.set(key, number);
    return { ...order, action: { ...action, number } };
  };
};
