import { StateFunError } from "../internal/errors.ts";
import { longestDelayMs } from "../internal/limits.ts";
import { show } from "../internal/show.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { Activity } from "./activity.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How often it is looked whether anything happens, in real time. */
const lookMs = 50;

/**
 * Waits for something as long as anything happens, and rejects when nothing has happened for `patienceMs` of real time.
 * That time never decides what a program does: it only ends a test that would wait for ever.
 */
export async function patiently<T>(
  work: Promise<T>,
  activity: Pick<Activity, "progress">,
  patienceMs: number,
  explain: () => StateFunError,
): Promise<T> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const end = new Promise<never>((_, reject) => {
    let seen = activity.progress;
    let since = performance.now();
    timer = setInterval(() => {
      const now = performance.now();
      if (activity.progress !== seen) {
        seen = activity.progress;
        since = now;
      }
      if (now - since < patienceMs) return;
      try {
        reject(explain());
      } catch (error) {
        reject(error);
      }
    }, lookMs);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearInterval(timer);
  }
}

/** Why everything stands still: a handler that waits for something that does not come. */
export function stillRunning(
  { running }: Pick<Activity, "running">,
  clock: VirtualClock,
  patienceMs: number,
): StateFunError {
  const [first] = running;
  const since = `for ${patienceMs} ms of real time, while the clock stands at ${timeOf(clock.now())}`;
  if (first === undefined) return new StateFunError("timed_out", `nothing has happened ${since}`);
  const others = running.length > 1 ? ` and ${running.length - 1} others` : "";
  const what = `the handler of ${nameOf(first.target)}${others} has not settled ${since}`;
  const deadline = `its batch times out at ${timeOf(first.deadline)}`;
  const advice =
    "if it waits for the clock, do not await the send, and advance with { whileRunning: true }; if it only needs more real time, raise patienceMs";
  return new StateFunError("timed_out", `${what}; ${deadline}: ${advice}`);
}

/** Why a call is not answered: nothing runs, and the clock stands. */
export function notAnswered(
  target: WireAddress,
  clock: VirtualClock,
  waiting: number,
): StateFunError {
  const { next } = clock;
  const what = `a call to ${nameOf(target)} is not answered while the clock stands at ${timeOf(clock.now())}`;
  const mailbox = waiting > 0 ? `, where ${waiting} messages wait to be tried again` : "";
  const due =
    next === undefined ? "nothing is due later" : `the next event is due at ${timeOf(next)}`;
  const text = `${what}${mailbox}; ${due}: start the call, advance, then await it`;
  return new StateFunError("timed_out", text);
}

export function endless(steps: number, target: WireAddress, clock: VirtualClock): StateFunError {
  const text = `${steps} batches have run while the clock stands at ${timeOf(clock.now())}, the last for ${nameOf(target)}: if functions do not send messages in an endless loop, raise maxSteps`;
  return new StateFunError("limit_exceeded", text);
}

function nameOf({ typename, id }: WireAddress): string {
  return `${typename} ${show(id)}`;
}

function timeOf(ms: number): string {
  // A Date has the same range as delays.
  return ms <= longestDelayMs ? new Date(ms).toISOString() : String(ms);
}
