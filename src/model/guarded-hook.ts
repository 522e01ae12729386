import type { HandlingEffect, Observer } from "./observer.ts";

/** What `sending` and `handling` give, in one shape. */
export interface Observation {
  run?<T>(run: () => T): T;
  headers?(effect?: HandlingEffect): Readonly<Record<string, string>> | undefined;
  deadLetterHeaders?(): Readonly<Record<string, string>> | undefined;
  ended?(end: unknown): void;
}

/** A hook of whatever name: most of them give nothing. */
export type Hook = (event: unknown) => Observation | undefined;

export type Failed = (error: unknown) => void;
type Method = (...given: readonly unknown[]) => unknown;

/** What a hook of a program has given: its methods may be anything. */
export type Given = Readonly<Record<string, unknown>>;

/** A hook that throws nothing, made once for each observer. `failed` takes what the methods of its observations throw. */
export interface GuardedHook {
  readonly call: (event: unknown) => Given | undefined;
  readonly failed: Failed;
}

/**
 * A hook that throws nothing: what it throws or rejects with goes to `onError` once, and is dropped. Undefined where the observer
 * has none of this name, in itself or in its class.
 */
export function guardedHook(
  observer: { readonly [name in keyof Observer]?: unknown },
  name: keyof Observer,
  onError: Failed,
): GuardedHook | undefined {
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
  const call = (event: unknown): Given | undefined => {
    try {
      const given = noticed(Reflect.apply(hook, observer, [event]), failed);
      return isRecord(given) ? given : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  };
  return { call, failed };
}

/** The same with those methods alone that it has, which throw nothing. */
export function guardedObservation(given: Given, failed: Failed): Observation {
  const guarded: Observation = {};
  if (hasMethod(given, "run", failed)) guarded.run = (inner) => ranWithin(given, inner, failed);
  if (hasMethod(given, "headers", failed)) {
    guarded.headers = (effect) => headersOf(given, effect, failed);
  }
  if (hasMethod(given, "deadLetterHeaders", failed)) {
    guarded.deadLetterHeaders = () => headersOf(given, undefined, failed, "deadLetterHeaders");
  }
  if (hasMethod(given, "ended", failed)) guarded.ended = (end) => reportEnd(given, end, failed);
  return guarded;
}

export function hasMethod(given: Given, name: keyof Observation, failed: Failed): boolean {
  try {
    return isMethod(given[name]);
  } catch (error) {
    failed(error);
    return false;
  }
}

/** The headers that it gives for an effect, for the message of a client, or for a dead letter. */
export function headersOf(
  given: Given,
  effect: HandlingEffect | undefined,
  failed: Failed,
  name: "headers" | "deadLetterHeaders" = "headers",
): Readonly<Record<string, string>> | undefined {
  try {
    const headers = given[name];
    if (!isMethod(headers)) return undefined;
    return textsOf(noticed(Reflect.apply(headers, given, [effect]), failed));
  } catch (error) {
    failed(error);
    return undefined;
  }
}

/** Reports to it how something has ended. */
export function reportEnd(given: Given, end: unknown, failed: Failed): void {
  try {
    const { ended } = given;
    if (isMethod(ended)) noticed(Reflect.apply(ended, given, [end]), failed);
  } catch (error) {
    failed(error);
  }
}

function isRecord(value: unknown): value is Given {
  return typeof value === "object" && value !== null;
}

function isMethod(value: unknown): value is Method {
  return typeof value === "function";
}

/** What it is, unless it is a promise. */
function noticed(given: unknown, failed: Failed): unknown {
  if (given === undefined) return undefined;
  if (typeof Object(given).then !== "function") return given;
  Promise.resolve(given).catch(failed);
  return undefined;
}

/** Runs `inner` once within its `run`, and gives or throws what `inner` did, whatever `run` does with it. */
export function ranWithin<T>(given: Given, inner: () => T, failed: Failed): T {
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
    const { run } = given;
    if (!isMethod(run)) return once();
    const result = Reflect.apply(run, given, [once]);
    // The promise of a handler is waited for elsewhere.
    if (!(end && "value" in end && end.value === result)) noticed(result, failed);
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
