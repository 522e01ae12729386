import { StateFunError } from "./errors.ts";
import { didYouMean } from "./nearest.ts";
import { show } from "./show.ts";

export function invalid(message: string): StateFunError {
  return new StateFunError("invalid_argument", message);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Lone surrogates have no UTF-8: an encoder would silently write another text. */
export function isWellFormed(text: string): boolean {
  // The method is missing in Node 18; where it exists it costs nothing for Latin-1 strings.
  return text.isWellFormed?.() ?? !/\p{Surrogate}/u.test(text);
}

/** A text of the caller's that goes on the wire as it is. */
export function assertText(value: unknown, what: string): asserts value is string {
  if (typeof value !== "string" || !isWellFormed(value)) {
    throw invalid(`${what} must be a string of well-formed Unicode, got ${show(value)}`);
  }
}

export function assertNonEmpty(value: unknown, what: string): asserts value is string {
  assertText(value, what);
  if (value === "") throw invalid(`${what} must not be empty`);
}

/** `namespace/name`: exactly one slash, both parts non-empty, 1,024 characters at most. Runtimes crash on a second slash. */
export function assertTypename(
  value: unknown,
  what: string,
): asserts value is `${string}/${string}` {
  assertText(value, what);
  if (value.length > 1_024 || !/^[^/]+\/[^/]+$/.test(value)) {
    throw invalid(
      `${what} must be "namespace/name" with exactly one slash, of at most 1024 letters, got ${show(value)}`,
    );
  }
}

/** The caller of a call, as a function sees it. Whoever holds its address may answer it. */
export const callerTypename = "statefun/ingress";

/** The namespace is the engine's. */
export function isOwnNamespace(typename: string): boolean {
  return typename.startsWith("statefun/");
}

/**
 * As `assertTypename`, for names of a program: the namespace `statefun` is reserved for the engine, except
 * `allowed`.
 */
export function assertUserTypename(
  value: unknown,
  what: string,
  allowed?: string,
): asserts value is `${string}/${string}` {
  assertTypename(value, what);
  if (isOwnNamespace(value) && value !== allowed) throw reserved(what, value);
}

export function reserved(what: string, typename: string): StateFunError {
  return invalid(
    `${what} must not be ${typename}: the namespace statefun is reserved for the engine`,
  );
}

export function assertInteger(
  value: unknown,
  what: string,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
): asserts value is number {
  if (!Number.isSafeInteger(value) || Number(value) < from || Number(value) > to) {
    const end = to < Number.MAX_SAFE_INTEGER ? `to ${to}` : "on";
    throw invalid(`${what} must be an integer from ${from} ${end}, got ${show(value)}`);
  }
}

export function assertFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw invalid(`${what} must be a function, got ${show(value)}`);
}

/** A typo in an option's name would otherwise be an option that silently does nothing. */
export function assertKnownKeys(
  value: unknown,
  known: readonly string[],
  what: string,
): asserts value is object {
  if (!isRecord(value)) throw invalid(`${what} must be an object, got ${show(value)}`);
  const key = Object.keys(value).find((one) => !known.includes(one));
  if (key === undefined) return;
  throw invalid(
    `${what} have no ${show(key)}${didYouMean(key, known)} (known: ${known.join(", ")})`,
  );
}
