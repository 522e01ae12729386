import { invalid } from "../internal/assert.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { requestUrl } from "./request-url.ts";

/** A secret, or what gives it when it is asked for: on Workers a binding may be read by a request alone. */
export type Secret = string | (() => string | undefined);

/** What a template makes of a variable that is missing is no secret. */
const missing: ReadonlySet<unknown> = new Set([undefined, null, "", "undefined", "null"]);

/**
 * Whether a text is the secret, in a time that tells nothing of the secret: `===` ends at the first letter that differs.
 * Throws `invalid_argument` for a secret that is missing.
 */
export function equalsSecret(given: string | null | undefined, secret: string): boolean {
  const right = bytesFromText(presentSecret(secret, "equalsSecret"));
  // Whoever writes no types may give anything.
  const left = bytesFromText(typeof given === "string" ? given : "");
  let difference = left.length ^ right.length;
  // As long as what was given, which its sender knows.
  for (const [index, byte] of left.entries()) {
    difference |= byte ^ (right[index % right.length] ?? 0);
  }
  return difference === 0;
}

/**
 * An `authenticate` that lets in whoever has `Authorization: Bearer SECRET`. Throws `invalid_argument` for a secret that is
 * missing or that no such header can carry; a function is asked at each request.
 */
export function bearerToken(secret: Secret): (request: Request) => boolean {
  const now = secretOf(secret, "bearerToken", /^[\w.~+/=-]+$/);
  return ({ headers }) => {
    const token = /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    return equalsSecret(token, now());
  };
}

/**
 * An `authenticate` that lets in whoever has the secret as the last part of the path, as in `/statefun/SECRET`: a cluster has
 * nothing else to show. Throws `invalid_argument` as `bearerToken` does.
 */
export function pathToken(secret: Secret): (request: Request) => boolean {
  const now = secretOf(secret, "pathToken", /^[\w.~+=-]+$/);
  return (request) => {
    const pathname = requestUrl(request)?.pathname ?? "";
    return equalsSecret(pathname.slice(pathname.lastIndexOf("/") + 1), now());
  };
}

/** A secret that is given is checked at once, any other when it is there. */
function secretOf(secret: Secret, what: string, allowed: RegExp): () => string {
  const checked = (value: unknown): string => {
    const present = presentSecret(value, what);
    if (allowed.test(present)) return present;
    throw invalid(`the secret of ${what} must have letters, digits and ${kept(allowed)} alone`);
  };
  if (typeof secret === "function") return () => checked(secret());
  const present = checked(secret);
  return () => present;
}

function kept({ source }: RegExp): string {
  return source.includes("/") ? "._~+/=-" : "._~+=-";
}

/** It is not shown, not even a part of it. */
function presentSecret(value: unknown, what: string): string {
  if (typeof value === "string" && !missing.has(value.trim())) return value;
  const got = typeof value === "string" ? JSON.stringify(value.trim()) : String(typeof value);
  throw invalid(
    `the secret of ${what} must be a text that is not empty, got ${got}: is a variable missing?`,
  );
}
