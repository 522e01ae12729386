import { useEffect, useMemo, useState } from "preact/hooks";
import { lastHeard, liveStatus, topic } from "../api/live.ts";
import type { FunctionsTopic, Graph } from "../api/types.ts";
import { now } from "../ui/time.tsx";
import { edgeKey } from "./model.ts";
import { RateBook } from "./rate-book.ts";

/** Rates of what a live topic counts. They stand still with the page: while it is paused, and while the connection is lost. */
export interface Rates {
  readonly of: (key: string) => number;
  /** Whether they are of the last seconds, and not of all the time since the start. */
  readonly isRecent: boolean;
}

/** Messages a second of each edge, by the keys of the picture. */
export function useEdgeRates(graph: Graph | undefined): Rates {
  return useRates(graph, ({ edges, sinceMs }) => {
    const counts = new Map<string, number>();
    for (const edge of edges) {
      const key = edgeKey(edge);
      counts.set(key, (counts.get(key) ?? 0) + edge.messages);
    }
    return { counts, sinceMs };
  });
}

/** Messages a second that each function completes. `startedAtMs`: since when they are counted. */
export function useFunctionRates(startedAtMs: number | undefined): Rates {
  const { functions } = topic<FunctionsTopic>("functions").value ?? {};
  return useRates(functions, (all) => ({
    counts: new Map(Object.entries(all).map(([name, { completed }]) => [name, completed])),
    sinceMs: startedAtMs ?? 0,
  }));
}

interface Counted {
  readonly counts: ReadonlyMap<string, number>;
  readonly sinceMs: number;
}

function useRates<T extends object>(
  snapshot: T | undefined,
  countedIn: (snapshot: T) => Counted,
): Rates {
  // A snapshot of an earlier visit is of then. One that comes is another object, even if all is as it was.
  const [old] = useState(snapshot);
  const isLive = liveStatus.value === "live";
  // What happened while the page did not look is not of the last seconds: the book begins anew.
  const book = useMemo(() => new RateBook(), [isLive]);
  useEffect(() => {
    if (snapshot === undefined || snapshot === old) return;
    const { counts, sinceMs } = countedIn(snapshot);
    book.note(counts, Date.now(), sinceMs);
  }, [snapshot, book]);
  const atMs = isLive ? Math.max(now.value, lastHeard.value) : lastHeard.value;
  return { of: (key) => book.rate(key, atMs), isRecent: book.isRecent(atMs) };
}
