import { invalid } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { isLeftPromise } from "../internal/promises.ts";
import { requestUrl } from "./request-url.ts";

/**
 * A secret, or a function that returns it when it is needed: a Worker may only be able to read a binding during a
 * request.
 */
export type Secret = string | (() => string | undefined);

/** What a template makes of a missing variable is not a secret. */
const missing: ReadonlySet<unknown> = new Set([undefined, null, "", "undefined", "null"]);

/**
 * Whether a text is the secret. The time of the comparison reveals nothing about the secret, unlike that of `===`,
 * which ends at the first letter that differs. Throws `invalid_argument` for a missing secret.
 */
export function equalsSecret(given: string | null | undefined, secret: string): boolean {
  const right = bytesFromText(presentSecret(secret, "equalsSecret"));
  // Programs without types may pass anything: only a text can be the secret.
  const left = bytesFromText(typeof given === "string" ? given : "");
  let difference = left.length ^ right.length;
  // The loop is as long as what was given, whose length the sender knows.
  for (const [index, byte] of left.entries()) {
    difference |= byte ^ (right[index % right.length] ?? 0);
  }
  return difference === 0;
}

/**
 * An `authenticate` that accepts requests with `Authorization: Bearer SECRET`. Throws `invalid_argument` for a
 * secret that is missing or that this header cannot carry; a function is called at each request.
 *
 * @example
 * ```ts
 * import { requestReplyHandler, StatefulFunctions } from "statefun";
 * import { bearerToken } from "statefun/http";
 *
 * export const handler = requestReplyHandler(new StatefulFunctions(), {
 *   authenticate: bearerToken("a-secret-of-the-environment"),
 * });
 * ```
 */
export function bearerToken(secret: Secret): (request: Request) => boolean {
  const now = secretOf(secret, "bearerToken", /^[\w.~+/=-]+$/);
  return ({ headers }) => {
    const token = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    return equalsSecret(token, now());
  };
}

/**
 * An `authenticate` that accepts requests with the secret as the last part of the path, as in `/statefun/SECRET`:
 * a cluster can send no other credentials. Throws `invalid_argument` as `bearerToken` does.
 */
export function pathToken(secret: Secret): (request: Request) => boolean {
  const now = secretOf(secret, "pathToken", /^[\w.~+=-]+$/);
  return (request) => {
    const pathname = requestUrl(request)?.pathname ?? "";
    return equalsSecret(pathname.slice(pathname.lastIndexOf("/") + 1), now());
  };
}

/** A given secret is checked at once; the result of a function is checked at each use. */
function secretOf(secret: Secret, what: string, allowed: RegExp): () => string {
  const checked = (value: unknown): string => {
    const present = presentSecret(value, what);
    if (allowed.test(present)) return present;
    throw invalid(`the secret of ${what} may only have letters, digits and ${kept(allowed)}`);
  };
  if (typeof secret === "function") return () => checked(secret());
  const present = checked(secret);
  return () => present;
}

function kept({ source }: RegExp): string {
  return source.includes("/") ? "._~+/=-" : "._~+=-";
}

/** The secret is not shown in errors, not even a part of it. */
function presentSecret(value: unknown, what: string): string {
  if (typeof value === "string" && !missing.has(value.trim())) return value;
  if (isLeftPromise(value)) {
    throw invalid(
      `the secret of ${what} must be a text, got a promise: await it before you give it`,
    );
  }
  const got = typeof value === "string" ? JSON.stringify(value.trim()) : nameOf(value);
  throw invalid(
    `the secret of ${what} must be a non-empty string, got ${got}: is an environment variable missing?`,
  );
}

function nameOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
