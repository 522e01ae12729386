import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";
import type { Position } from "../contract/records.ts";
import type { Journal } from "./journal.ts";

/** Records of one window, a single larger one excepted. What it takes to commit them delays nobody for long. */
export const windowRecords = 1_000;
export const windowBytes = 1_048_576;
/** Records that are read at once: each of them may be large. */
const readRecords = 32;

/** A record with a value and addresses, so that its size is known. */
interface Sized {
  readonly argument: WireValue;
  readonly target?: WireAddress;
  readonly from?: WireAddress;
  readonly caller?: WireAddress | undefined;
}

/** All that `read` gives, a few at a time. What is read must not change before the next one is asked for. */
export function* recordsByPage<T extends { readonly number: Position }>(
  read: (after: Position, limit: number) => readonly T[],
): Generator<T> {
  let page = read(0, readRecords);
  while (page.length > 0) {
    yield* page;
    page = read(page.at(-1)?.number ?? 0, readRecords);
  }
}

/**
 * Applies something to each record, however many they are, in windows of a bounded size. Each of them survives a crash
 * before the next one begins, and others have their turn in between: after a crash what is left is what was not applied.
 */
export async function inWindows<T extends Sized>(
  journal: Journal,
  records: Iterable<T>,
  apply: (record: T) => void,
): Promise<void> {
  let [count, bytes] = [0, 0];
  for (const record of records) {
    const { argument, target, from, caller } = record;
    const size = messageBytes(argument, target, from, caller);
    if (count > 0 && (count === windowRecords || bytes + size > windowBytes)) {
      await journal.flush();
      count = bytes = 0;
    }
    count++;
    bytes += size;
    apply(record);
  }
  if (count > 0) await journal.flush();
}
