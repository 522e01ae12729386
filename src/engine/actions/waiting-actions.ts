import { StateFunError } from "../../internal/errors.ts";
import { show } from "../../internal/show.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { whole } from "../commit/whole.ts";
import type { Action } from "../contract/actions.ts";
import type { Position, TimerRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import type { Done } from "./done.ts";

type Of<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;
type TimerAction = Extract<Action, { readonly kind: "cancel-timer" | "fire-timer" }>;

/** The head of a mailbox becomes a dead letter. No step of the instance runs. */
export function skipHead(partition: Partition, { address, number }: Of<"skip">): Done {
  const { mailboxes, deadLetters, runner, journal } = partition;
  const actor = mailboxes.find(address);
  const head = actor?.mailbox.at(0);
  if (actor === undefined || head?.number !== number) {
    const found = head === undefined ? "nothing waits there" : `message ${head.number} is`;
    const text = `message ${show(number)} is not at the head of the mailbox of ${address.typename} ${show(address.id)}: ${found}`;
    throw new StateFunError("conflict", text);
  }
  runner.withdraw(actor);
  actor.waiting?.();
  actor.waiting = undefined;
  actor.pauses = 0;
  const attempts = head.attempts + head.crashes;
  const reason = "an operator took the message out of its mailbox";
  whole(journal, () => {
    mailboxes.shift(actor);
    deadLetters.add(head, { code: "discarded_by_operator", reason, attempts, message: number });
  });
  runner.wake(actor);
  return { count: 1 };
}

/** Ends the wait before the next try. Nothing of it is stored: after a crash waits begin anew. */
export function retryNow({ mailboxes, runner }: Partition, { address }: Of<"retry">): Done {
  const actor = mailboxes.find(address);
  if (actor?.waiting !== undefined) {
    actor.waiting();
    actor.waiting = undefined;
    runner.wake(actor);
    return { count: 1 };
  }
  const isLooking = actor?.isHeld === true && actor.fn?.gate?.look() === true;
  return { count: isLooking ? 1 : 0 };
}

export function cancelTimer({ timers }: Partition, { number, address }: TimerAction): Done {
  if (!isOf(timers.at(number), address)) throw gone(number, address);
  timers.cancel(number);
  return { count: 1 };
}

export function fireTimer({ timers, journal }: Partition, { number, address }: TimerAction): Done {
  if (!isOf(timers.at(number), address)) throw gone(number, address);
  whole(journal, () => timers.fireNow(number));
  return { count: 1 };
}

/** Whether a timer waits, and is one of the instance that was named: set by it, or for it. */
function isOf(timer: TimerRecord | undefined, address: WireAddress | undefined): boolean {
  if (timer === undefined || address === undefined) return timer !== undefined;
  const { caller = timer.target, target } = timer;
  return [caller, target].some(
    ({ typename, id }) => typename === address.typename && id === address.id,
  );
}

function gone(number: Position, address: WireAddress | undefined): StateFunError {
  const whose = address === undefined ? "" : ` of ${address.typename} ${show(address.id)}`;
  const text = `timer ${show(number)}${whose} does not wait: it has fired, or was cancelled`;
  return new StateFunError("conflict", text);
}
