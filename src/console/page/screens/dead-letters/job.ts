import type { Done } from "../../api/types.ts";
import type { LetterFilter } from "./letter-filter.ts";

/** Replays or discards all letters that match, page by page. */
export interface JobPlan {
  readonly kind: "replay" | "discard";
  readonly filter: LetterFilter;
  /** The newest letter of all when it began: what comes later stays, and has come back. */
  readonly upTo: string;
  /** As many as were counted before. */
  readonly total: number;
  readonly perSecond: number;
  readonly key: string;
  readonly why: string | undefined;
}

/** `lost`: it tries the same page again. `returned`: it has ended by itself, since letters came back. */
export type JobStatus = "running" | "lost" | "done" | "stopped" | "returned" | "failed";

export interface JobProgress {
  readonly status: JobStatus;
  /** Letters that were replayed or discarded. */
  readonly count: number;
  readonly returned: number;
  /** Why it is lost or failed. */
  readonly reason: string;
}

/** What a job needs of its surroundings. */
export interface JobPorts {
  /** One page: with the same key it is done once. */
  act(body: Readonly<Record<string, unknown>>, key: string): Promise<Done>;
  /** How many letters of the same function there are by now behind `upTo`, up to `most`. */
  newer(plan: JobPlan, most: number): Promise<number>;
  /** Resolves early when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** After so many letters that came back a replay only makes more of them. */
export const mostReturned = 10;
/** Two pages a second look even, and are no load. */
const pageMs = 500;
const maxPage = 500;
const waits = [500, 1_000, 2_000, 5_000];

/** Runs a job to its end. Never rejects. `report` gets each state, and the last one. */
export async function runJob(
  plan: JobPlan,
  ports: JobPorts,
  signal: AbortSignal,
  report: (progress: JobProgress) => void,
): Promise<void> {
  let [count, returned] = [0, 0];
  const say = (status: JobStatus, reason = ""): void => report({ status, count, returned, reason });
  const persist = <T>(ask: () => Promise<T>): Promise<T | undefined> =>
    persistently(ask, ports, signal, (reason) => say("lost", reason));
  const limit = Math.min(maxPage, Math.max(1, Math.round((plan.perSecond * pageMs) / 1_000)));
  const { filter, upTo, why } = plan;
  say("running");
  try {
    let after: string | undefined = "0";
    for (let page = 0; after !== undefined; page++) {
      if (signal.aborted) return say("stopped");
      const body: Readonly<Record<string, unknown>> = {
        ...filter,
        upTo,
        after,
        limit,
        ...(why !== undefined && { why }),
      };
      const done: Done | undefined = await persist(() => ports.act(body, `${plan.key}-${page}`));
      if (done === undefined) return say("stopped");
      count += done.count;
      after = done.next;
      say("running");
      if (plan.kind === "replay") {
        returned = (await persist(() => ports.newer(plan, mostReturned))) ?? returned;
        if (returned >= mostReturned && after !== undefined) return say("returned");
      }
      // A page of letters that do not match needs no rest.
      if (after !== undefined && done.count > 0) await ports.sleep(pauseOf(plan), signal);
    }
    say("done");
  } catch (error) {
    say("failed", reasonOf(error));
  }
}

/** A rate below two a second is one letter at a time. */
function pauseOf({ perSecond }: JobPlan): number {
  return Math.max(pageMs, 1_000 / perSecond);
}

/** Asks until there is an answer; undefined once the signal has aborted. Throws what asking again does not change. */
async function persistently<T>(
  ask: () => Promise<T>,
  { sleep }: JobPorts,
  signal: AbortSignal,
  lost: (reason: string) => void,
): Promise<T | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error)) throw error;
      lost(reasonOf(error));
    }
    await sleep(waits[Math.min(attempt, waits.length - 1)] ?? 0, signal);
    if (signal.aborted) return undefined;
  }
}

/** No answer, too many requests, or a server that is not there for the moment. */
function isPassing(error: unknown): boolean {
  const { status } = Object(error);
  return status === 0 || status === 429 || (status >= 500 && status !== 501);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
