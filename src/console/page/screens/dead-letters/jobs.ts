import { read, write } from "../../api/client.ts";
import { sleep } from "../../api/sleep.ts";
import type { DeadLetter, Done } from "../../api/types.ts";
import { noteRefusal } from "../../session/session.ts";
import { type Signal, signal } from "../../signal.ts";
import { type JobPlan, type JobPorts, type JobProgress, runJob } from "./job.ts";
import type { LetterFilter } from "./letter-filter.ts";

export interface Job extends JobProgress {
  readonly plan: JobPlan;
}

/** The one that runs in this tab, or has ended last. It goes on while other screens are shown. */
export const job: Signal<Job | undefined> = signal(undefined);

let control = new AbortController();

export function isJobRunning(): boolean {
  const status = job.value?.status;
  return status === "running" || status === "lost";
}

export function startJob(plan: JobPlan): void {
  control.abort();
  const mine = new AbortController();
  control = mine;
  addEventListener("beforeunload", warn);
  const ended = runJob(plan, portsOf(plan), mine.signal, (progress) => {
    if (control === mine) job.value = { ...progress, plan };
  });
  void ended.then(() => removeEventListener("beforeunload", warn));
}

/** After the page that is under way. */
export function stopJob(): void {
  control.abort();
}

export function forgetJob(): void {
  job.value = undefined;
}

/** A browser then asks whether to leave: the job runs in the page. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function portsOf({ kind }: JobPlan): JobPorts {
  return {
    async act(body, key) {
      try {
        return await postLetters(kind, body, key);
      } catch (error) {
        // A credential that ran out ends the job, and the page asks for another one.
        noteRefusal(error);
        throw error;
      }
    },
    async newer({ filter, upTo }, most) {
      const of = { function: filter.function, after: upTo, limit: most };
      const { deadLetters } = await read<LettersPage>("dead-letters", of);
      return deadLetters.length;
    },
    sleep,
  };
}

export interface LettersPage {
  readonly deadLetters: readonly DeadLetter[];
  readonly next?: string;
}

function postLetters(
  kind: JobPlan["kind"],
  body: Readonly<Record<string, unknown>>,
  key: string,
): Promise<Done> {
  const headers = { "content-type": "application/json" };
  const parts = { key, headers, body: JSON.stringify(body) };
  return write<Done>("POST", `dead-letters/${kind}`, parts);
}

/** Of a count: more than this is said to be more. */
const mostPages = 100;
const countedAtOnce = 1_000;

export interface Counted {
  readonly count: number;
  /** Whether there are more than were counted. */
  readonly isMore: boolean;
}

/** How many an action would take, without doing anything. */
export async function countLetters(
  kind: JobPlan["kind"],
  filter: LetterFilter,
  upTo: string,
  key: string,
  signal: AbortSignal,
): Promise<Counted> {
  let count = 0;
  let after: string | undefined = "0";
  for (let page = 0; after !== undefined && page < mostPages && !signal.aborted; page++) {
    const body = { ...filter, upTo, after, limit: countedAtOnce, dryRun: true };
    const done: Done = await postLetters(kind, body, key);
    count += done.count;
    after = done.next;
  }
  return { count, isMore: after !== undefined };
}
