import { StateFunError } from "../../internal/errors.ts";
import { keyOf } from "../commit/pending-message.ts";
import type { Action, Order, PausedKey } from "../contract/actions.ts";
import type { Partition } from "../partition.ts";
import type { Done } from "./done.ts";

/** Pauses of all functions together: all are in memory, and read at each start. */
const maxPauses = 10_000;

type PauseAction = Extract<Action, { readonly kind: "pause" | "resume" }>;

export function pause(partition: Partition, { who, why }: Order, action: PauseAction): Done {
  const { pauses, mailboxes, runner, journal } = partition;
  const { typename, id } = action;
  const record = { typename, id, since: journal.now(), who, why };
  if (pauses.get(record) !== undefined) return { count: 0 };
  if (pauses.count >= maxPauses) {
    const text = `${maxPauses} functions and instances are paused: resume some, or pause a whole function`;
    throw new StateFunError("limit_exceeded", text);
  }
  const instances = mailboxes.repause(record, () => pauses.put(record));
  // What they wait for is for others from now on.
  for (const instance of instances) runner.withdraw(instance);
  journal.window.paused.set(nameOf(record), [{ typename, id }, record]);
  journal.touch();
  return { count: 1 };
}

export function resume(partition: Partition, { typename, id }: PauseAction): Done {
  const { pauses, mailboxes, runner, journal } = partition;
  const key = { typename, id };
  if (pauses.get(key) === undefined) return { count: 0 };
  const instances = mailboxes.repause(key, () => pauses.drop(key));
  for (const instance of instances) runner.wake(instance);
  journal.window.paused.set(nameOf(key), [key, undefined]);
  journal.touch();
  return { count: 1 };
}

function nameOf({ typename, id }: PausedKey): string {
  return id === undefined ? typename : keyOf({ typename, id });
}
