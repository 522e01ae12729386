import type { HandlingEffect, Observer } from "./observer.ts";

/** What `sending` and `handling` give, in one shape. */
export interface Observation {
  run?<T>(run: () => T): T;
  headers?(effect?: HandlingEffect): Readonly<Record<string, string>> | undefined;
  ended?(end: unknown): void;
}

/** A hook of whatever name: most of them give nothing. */
export type Hook = (event: unknown) => Observation | undefined;

type Failed = (error: unknown) => void;
type Method = (...given: readonly unknown[]) => unknown;

/**
 * A hook that throws nothing: what it throws or rejects with goes to `onError` once, and is dropped. Undefined where the observer
 * has none of this name, in itself or in its class.
 */
export function guardedHook(
  observer: { readonly [name in keyof Observer]?: unknown },
  name: keyof Observer,
  onError: Failed,
): Hook | undefined {
  const hook = observer[name];
  if (!isMethod(hook)) return undefined;
  let isReported = false;
  const failed: Failed = (error) => {
    if (isReported) return;
    isReported = true;
    // An error of the error handler must not cause another error.
    Promise.reject(error)
      .catch(onError)
      .catch(() => {});
  };
  return (event) => {
    const given = attempt(() => Reflect.apply(hook, observer, [event]), failed);
    return isRecord(given) ? guardedObservation(given, failed) : undefined;
  };
}

/** Of a program: its methods may be anything. There is one for each message: no object is made that is not kept. */
function guardedObservation(
  given: { readonly [name in keyof Observation]: unknown },
  failed: Failed,
): Observation {
  const { run, headers, ended } = given;
  const guarded: Observation = {};
  if (isMethod(run)) {
    guarded.run = (inner) => ranOnce((once) => Reflect.apply(run, given, [once]), inner, failed);
  }
  if (isMethod(headers)) {
    guarded.headers = (effect) =>
      textsOf(attempt(() => Reflect.apply(headers, given, [effect]), failed));
  }
  if (isMethod(ended)) {
    guarded.ended = (end) => void attempt(() => Reflect.apply(ended, given, [end]), failed);
  }
  return guarded;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}

/** What it gives, unless it throws, or gives a promise: nothing waits for that. */
function attempt(run: () => unknown, failed: Failed): unknown {
  try {
    return noticed(run(), failed);
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** What it is, unless it is a promise. */
function noticed(given: unknown, failed: Failed): unknown {
  if (typeof Object(given).then !== "function") return given;
  Promise.resolve(given).catch(failed);
  return undefined;
}

/** Runs `inner` once and gives or throws what it did, whatever `around` does with it. */
function ranOnce<T>(around: (once: () => T) => unknown, inner: () => T, failed: Failed): T {
  let end: { readonly value: T } | { readonly thrown: unknown } | undefined;
  const once = (): T => {
    if (end === undefined) {
      try {
        end = { value: inner() };
      } catch (thrown) {
        end = { thrown };
      }
    }
    if ("thrown" in end) throw end.thrown;
    return end.value;
  };
  try {
    const given = around(once);
    // The promise of a handler is waited for elsewhere.
    if (!(end && "value" in end && end.value === given)) noticed(given, failed);
  } catch (error) {
    if (!(end && "thrown" in end && end.thrown === error)) failed(error);
  }
  return once();
}

function textsOf(given: unknown): Readonly<Record<string, string>> | undefined {
  if (!isRecord(given)) return undefined;
  const texts: Record<string, string> = {};
  for (const name of Object.keys(given)) {
    const value = given[name];
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}
