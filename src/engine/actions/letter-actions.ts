import { messageBytes } from "../../model/message-bytes.ts";
import type { Action } from "../contract/actions.ts";
import type { DeadHead, DeadPage, DeadRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { isMatch } from "../views/dead-list.ts";
import type { Done } from "./done.ts";

/** What one page changes at most: a window, and the memory of those that are sent again. */
const pageBytes = 1_048_576;
/** What it looks at at most: others wait for the thread meanwhile. */
const mostLooked = 1_000;
const headsAtOnce = 128;

type OneLetter = Extract<Action, { readonly kind: "replay" | "discard" }>;
type AllLetters = Extract<Action, { readonly kind: "replay-all" | "discard-all" }>;

export function replayOne(partition: Partition, { number }: OneLetter): Done {
  const { deadLetters, replayer, egresses } = partition;
  deadLetters.replay(number, replayer, (egress) => egresses.isBound(egress));
  return { count: 1 };
}

export function discardOne({ deadLetters }: Partition, { number }: OneLetter): Done {
  deadLetters.take(number);
  return { count: 1 };
}

/** One bounded page of all that match, oldest first. */
export function forAll(partition: Partition, action: AllLetters): Done {
  const { deadLetters, replayer } = partition;
  const { letters, next } = pageOf(partition, action);
  if (!action.isDryRun) {
    deadLetters.takeAll(letters, action.kind === "replay-all" ? replayer : undefined);
  }
  const done = { count: letters.length };
  return next === undefined ? done : { ...done, next };
}

function pageOf(partition: Partition, action: AllLetters): DeadPage {
  const { options, journal } = partition;
  const { filter, after, upTo, limit } = action;
  const letters: DeadRecord[] = [];
  let [next, left, bytes] = [after, mostLooked, 0];
  while (left > 0) {
    const heads = options.store.deadHeads(next, Math.min(left, headsAtOnce), filter.typename);
    if (heads.length === 0) return { letters, next: undefined };
    for (const head of heads) {
      if (head.number > upTo) return { letters, next: undefined };
      const isWanted =
        isMatch(head, filter) &&
        !journal.window.deadRemoved.has(head.number) &&
        (action.kind === "discard-all" || canGo(partition, head));
      // Those that are wanted are read one by one: each may be large.
      const letter = isWanted ? options.store.deadAt(head.number) : undefined;
      const size = letter && messageBytes(letter.argument, letter.target, letter.caller);
      if (letters.length > 0 && bytes + (size ?? 0) > pageBytes) return { letters, next };
      next = head.number;
      left--;
      if (letter === undefined || size === undefined) continue;
      letters.push(letter);
      bytes += size;
      if (letters.length === limit) return { letters, next };
    }
  }
  return { letters, next };
}

/** Records of an egress that is not bound stay where they are. */
function canGo({ egresses }: Partition, { egress }: DeadHead): boolean {
  return egress === undefined || egresses.isBound(egress);
}
