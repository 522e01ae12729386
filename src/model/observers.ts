import {
  type GuardedHook,
  guardedHook,
  guardedObservation,
  type Hook,
  type Observation,
} from "./guarded-hook.ts";
import type { Observer } from "./observer.ts";
import type { WatchedObserver } from "./watch.ts";
import { watchedHandling } from "./watched-handling.ts";
import { watchedSending } from "./watched-sending.ts";

/**
 * Several as one that has the hooks that any of them has, in their order, and throws nothing; undefined where there is no hook.
 * Loaded by itself: what it shared with the core would have to be a chunk of its own, for everybody.
 */
export function observerOf(
  observers: readonly Observer[],
  hookNames: readonly (keyof Observer)[],
  onError: (error: unknown, detail: object) => unknown,
): WatchedObserver | undefined {
  const found: { [name in keyof Observer]?: GuardedHook[] } = {};
  const all: { [name in keyof Observer]?: Hook } = {};
  for (const observer of observers) {
    for (const name of hookNames) {
      const guarded = guardedHook(observer, name, (error) => onError(error, {}));
      if (guarded === undefined) continue;
      found[name] = [...(found[name] ?? []), guarded];
      const [before, hook] = [all[name], hookOf(guarded)];
      all[name] = before === undefined ? hook : bothOf(before, hook);
    }
  }
  if (Object.keys(all).length === 0) return undefined;
  const handling = oneOf(all.handling, found.handling);
  const sending = oneOf(all.sending, found.sending);
  return {
    ...all,
    ...(handling && watchedHandling(handling)),
    ...(sending && { send: watchedSending(sending) }),
  };
}

function hookOf({ call, failed }: GuardedHook): Hook {
  return (event) => {
    const given = call(event);
    return given && guardedObservation(given, failed);
  };
}

/** The only one is called without what combines several. */
function oneOf(all: Hook | undefined, found: readonly GuardedHook[] = []): GuardedHook | undefined {
  const [first] = found;
  if (all === undefined || found.length === 1) return first;
  return { call: (event) => ({ ...all(event) }), failed: () => {} };
}

function bothOf(first: Hook, second: Hook): Hook {
  return (event) => {
    const [before, after] = [first(event), second(event)];
    if (before === undefined || after === undefined) return before ?? after;
    return bothObservations(before, after);
  };
}

/** Runs the second within the first. A header of the first stays. */
function bothObservations(first: Observation, second: Observation): Observation {
  const { run: outer, headers: ours, deadLetterHeaders: deadOurs, ended } = first;
  const { run: inner, headers: theirs, deadLetterHeaders: deadTheirs, ended: endedToo } = second;
  return {
    ...((outer ?? inner) && {
      run: (run) => {
        const within = () => (inner === undefined ? run() : inner(run));
        return outer === undefined ? within() : outer(within);
      },
    }),
    ...((ours ?? theirs) && { headers: (effect) => bothHeaders(ours?.(effect), theirs?.(effect)) }),
    ...((deadOurs ?? deadTheirs) && {
      deadLetterHeaders: () => ({ ...deadTheirs?.(), ...deadOurs?.() }),
    }),
    ended: (end) => {
      ended?.(end);
      endedToo?.(end);
    },
  };
}

type Headers = Readonly<Record<string, string>> | undefined;

/** Those of the first stay. The two headers of a trace are of one observer: a state belongs to its parent. */
function bothHeaders(first: Headers, second: Headers): Headers {
  const { traceparent, tracestate, ...rest } = { ...second, ...first };
  if (traceparent === undefined) return { ...second, ...first };
  const state = (first?.["traceparent"] === undefined ? second : first)?.["tracestate"];
  return { ...rest, traceparent, ...(state === undefined ? {} : { tracestate: state }) };
}
