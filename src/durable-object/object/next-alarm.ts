import type { Engine } from "../../engine/contract/engine.ts";
import type { ObjectStore } from "../../store/object/object-store.ts";
import type { AlarmClock } from "./alarm-clock.ts";

/** What an alarm had no time for is looked at again so soon. */
export const againMs = 5_000;
/** Messages to a function that is not bound run when a deploy has brought it back: an alarm looks for that so often. */
const parkedMs = 3_600_000;

/** While nothing may run, an object with something to do looks that often whether it may: ever more rarely. */
const pausedMs = 60_000;
const longestPausedMs = 600_000;

/** An object that may go and cannot report that to the directory tries it again that often at least. */
const longestLeavingMs = 3_600_000;

/**
 * The report that the object goes has not reached the directory. It has waited since it may go, and waits for as long again: nothing has to be
 * stored for that, and the next try may be in another life.
 */
export function setLeavingAlarm(engine: Engine, store: ObjectStore | undefined): void {
  if (store === undefined) return;
  const waitedMs = engine.now() - store.forgettableFrom();
  const delayMs = Math.min(Math.max(waitedMs, againMs), longestLeavingMs);
  store.wakeLater(engine.now() + delayMs);
}

/** After an alarm: sets the next one, by what is left. `wakeForDead` is when dead letters are looked at. */
export function setNextAlarm(
  engine: Engine,
  store: ObjectStore | undefined,
  clock: AlarmClock,
  isIdle: boolean,
  wakeForDead: number | undefined,
): void {
  const { pendingMessages, waitingLinks, egresses, isPaused } = engine.health();
  if (isPaused && isIdle && waitingLinks.length === 0) {
    // Only a deploy lets it run again, and nothing wakes it then.
    store?.wakePaused(engine.now(), pausedMs, longestPausedMs);
    return;
  }
  const isBusy = pendingMessages > 0 || waitingLinks.length > 0;
  const isSent = waitingLinks.length === 0;
  const never = Number.POSITIVE_INFINITY;
  const next = Math.min(clock.next() ?? never, wakeForDead ?? never);
  const isTrying = waitingLinks.length > 0 || egresses.some(({ status }) => status === "waiting");
  if (isIdle && pendingMessages > 0 && engine.pending() === 0 && !isTrying) {
    store?.wakeLater(Math.min(next, clock.now() + parkedMs));
    return;
  }
  // What waits for its time has an alarm for that, and is not looked at before.
  if (isIdle && (isBusy || isTrying) && Number.isFinite(next) && !clock.isTicking) {
    store?.wakeLater(next);
    return;
  }
  const wanted = isIdle ? next : Math.min(next, clock.now() + againMs);
  store?.wakeAgain(engine.now(), Number.isFinite(wanted) ? wanted : undefined, isSent);
}
