import { useEffect, useMemo, useState } from "preact/hooks";
import { lastHeard, liveStatus } from "../api/live.ts";
import { now } from "../ui/time.tsx";
import { type Counts, RateBook } from "./rate-book.ts";

/** Rates of what a live topic counts. They stand still with the page: while it is paused, and while the connection is lost. */
export interface Rates {
  /** A second. */
  readonly of: (key: string) => number;
  /** Whether they are of the last seconds, and not of all the time since the start. */
  readonly isRecent: boolean;
}

/** `snapshot` is another object each time that it comes. `sinceMs`: since when it counts. */
export function useRates<T>(
  snapshot: T | undefined,
  sinceMs: number,
  countsIn: (snapshot: T) => Counts,
): Rates {
  // A snapshot of an earlier visit is of then.
  const [old] = useState(snapshot);
  const isLive = liveStatus.value === "live";
  // What happened while the page did not look is not of the last seconds: the book begins anew.
  const book = useMemo(() => new RateBook(), [isLive]);
  useEffect(() => {
    if (snapshot !== undefined && snapshot !== old) {
      book.note(countsIn(snapshot), Date.now(), sinceMs);
    }
  }, [snapshot, book]);
  const atMs = isLive ? Math.max(now.value, lastHeard.value) : lastHeard.value;
  return { of: (key) => book.rate(key, atMs), isRecent: book.isRecent(atMs) };
}
