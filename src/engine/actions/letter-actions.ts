import { messageBytes } from "../../model/message-bytes.ts";
import type { Action } from "../contract/actions.ts";
import type { DeadPage, DeadRecord } from "../contract/records.ts";
import type { Partition } from "../partition.ts";
import { isMatch } from "../views/dead-list.ts";
import type { Done } from "./done.ts";

/** What one page changes at most: a window, and the memory of those that are sent again. */
const pageBytes = 1_048_576;
/** What it reads at most: others wait for the thread meanwhile. */
const mostRead = 1_000;
const mostReadBytes = 4_194_304;
/** Letters that are read at once: each of them may be large. */
const readAtOnce = 32;

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
  let [next, read, readBytes, bytes] = [after, 0, 0, 0];
  while (read < mostRead && readBytes < mostReadBytes) {
    const some = options.store.dead(next, readAtOnce, filter.typename);
    if (some.length === 0) return { letters, next: undefined };
    for (const letter of some) {
      if (letter.number > upTo) return { letters, next: undefined };
      const size = messageBytes(letter.argument, letter.target, letter.caller);
      const isWanted =
        isMatch({ ...letter, typename: letter.target.typename }, filter) &&
        !journal.window.deadRemoved.has(letter.number) &&
        (action.kind === "discard-all" || canGo(partition, letter));
      if (isWanted && letters.length > 0 && bytes + size > pageBytes) return { letters, next };
      next = letter.number;
      read++;
      readBytes += size;
      if (!isWanted) continue;
      letters.push(letter);
      bytes += size;
      if (letters.length === limit) return { letters, next };
    }
  }
  return { letters, next };
}

/** Records of an egress that is not bound stay where they are. */
function canGo({ egresses }: Partition, { egress }: DeadRecord): boolean {
  return egress === undefined || egresses.isBound(egress);
}
