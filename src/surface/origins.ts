import type { RequestHead } from "../http/request-head.ts";
import { requestUrl } from "../http/request-url.ts";
import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";

/** Origins of pages whose requests are let in, like `https://app.example.com`. */
export type Origins = readonly string[] | "any";

/**
 * Whether a page of another origin has sent a request from a browser: with the browser's own credentials and from its
 * own network. A browser says so; programs say nothing, and are not meant.
 */
export function isForeign(head: RequestHead, allowed: Origins): boolean {
  const { headers } = head;
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (allowed === "any" || (origin !== null && allowed.includes(origin))) return false;
  // The browser knows the name by which it reached the server; a proxy in between may not pass it on.
  if (site === "same-origin" || site === "none") return false;
  if (site !== null) return true;
  if (origin === null) return false;
  const hosts = [requestUrl(head)?.host, headers.get("x-forwarded-host")];
  return !hosts.includes(hostOf(origin));
}

/**
 * Whether a browser says that a request is not of the runtime's own pages. No origin is let in by its name: one in
 * `named` only stands for the runtime's own behind a proxy that changes `Host`, for a browser that says no more.
 */
export function isElsewhere(request: Request, named: Origins): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  return isForeign(request, named === "any" ? [] : named);
}

/** Whether a page of one of these origins, by its name, has sent a request. */
export function isOf(request: Request, origins: Origins): boolean {
  const origin = request.headers.get("origin");
  return origin !== null && origins.includes(origin);
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return origin;
  }
}

/** Checks what a program gives, and writes it as browsers do. */
export function originsOf(given: unknown, what: string): Origins {
  if (given === "any") return given;
  if (!Array.isArray(given)) throw invalid(`${what} must be a list or "any", got ${show(given)}`);
  return given.map((one: unknown) => {
    const origin = typeof one === "string" ? originOf(one) : undefined;
    if (origin !== undefined) return origin;
    throw invalid(`${what} takes origins like https://app.example.com, got ${show(one)}`);
  });
}

function originOf(text: string): string | undefined {
  try {
    const { origin, href } = new URL(text);
    // With a path it would be no origin. A browser says the name of one host: a pattern would match no page.
    return href === `${origin}/` && /^http[^*]+$/.test(origin) ? origin : undefined;
  } catch {
    return undefined;
  }
}
