import { assertInteger, assertKnownKeys, invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import { type Origins, originsOf } from "./origins.ts";

/** Which pages of other origins may read answers, by the CORS protocol of browsers. */
export interface CorsOptions {
  /** Origins like `https://app.example.com`; `"any"` allows every page, and cannot be combined with `credentials`. */
  readonly origins: readonly string[] | "any";
  /**
   * Headers that a page may send besides those of this surface: `Authorization`, `Content-Type`,
   * `Idempotency-Key`, `If-Match`, `If-None-Match`, `Prefer`, `Last-Event-ID`, `traceparent`, `tracestate` and all that begin with `Statefun-`.
   * @default []
   */
  readonly allowHeaders?: readonly string[];
  /**
   * Headers of an answer that a page may read besides `Statefun-Type`, `Preference-Applied`, `Retry-After` and `ETag`.
   * @default []
   */
  readonly exposeHeaders?: readonly string[];
  /**
   * How long a browser may remember that a request is allowed, in milliseconds.
   * @default 600_000, ten minutes: a longer time saves little, and delays the effect of a change
   */
  readonly maxAgeMs?: number;
  /**
   * Whether a browser also sends its own credentials: cookies and client certificates. A page of an origin that is
   * not named can then change nothing either. An `Authorization` that the page sets itself does not need this
   * option.
   * @default false, because cookies are sent for every page
   */
  readonly credentials?: boolean;
  /**
   * Whether these pages may also use the admin routes. Needs `origins` by name.
   * @default false: a page that runs a stranger's script could do what operators do
   */
  readonly admin?: boolean;
}

/** The options after their checks. Names of headers are in lower case. */
export interface Cors {
  readonly origins: Origins;
  readonly allowHeaders: ReadonlySet<string>;
  readonly exposeHeaders: readonly string[];
  readonly maxAgeSeconds: number;
  readonly credentials: boolean;
  readonly admin: boolean;
}

const sent = [
  "authorization",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
  "prefer",
  "traceparent",
  "tracestate",
];
const read = ["statefun-type", "preference-applied", "retry-after", "etag"];
/** What Firefox takes at most; others take less. */
const longestAgeMs = 86_400_000;

export function resolveCors(options: CorsOptions | undefined): Cors | undefined {
  if (options === undefined) return undefined;
  const known = ["origins", "allowHeaders", "exposeHeaders", "maxAgeMs", "credentials", "admin"];
  assertKnownKeys(options, known, "the options of http.cors");
  const { allowHeaders = [], exposeHeaders = [], maxAgeMs = 600_000 } = options;
  const { credentials = false, admin = false } = options;
  const origins = originsOf(options.origins, "http.cors.origins");
  assertInteger(maxAgeMs, "http.cors.maxAgeMs", 0, longestAgeMs);
  for (const [name, value] of Object.entries({ credentials, admin })) {
    if (typeof value !== "boolean") {
      throw invalid(`http.cors.${name} must be true or false, got ${show(value)}`);
    }
  }
  if (origins === "any" && credentials) {
    throw invalid(
      'http.cors.credentials needs origins by name, not "any": any page could act as the user who has it open',
    );
  }
  if (origins === "any" && admin) {
    throw invalid(
      'http.cors.admin needs origins by name, not "any": any page could do what operators may do',
    );
  }
  return {
    origins,
    allowHeaders: new Set([...sent, ...namesOf(allowHeaders, "http.cors.allowHeaders")]),
    exposeHeaders: [...read, ...namesOf(exposeHeaders, "http.cors.exposeHeaders")],
    maxAgeSeconds: Math.floor(maxAgeMs / 1_000),
    credentials,
    admin,
  };
}

function namesOf(given: unknown, what: string): string[] {
  if (!Array.isArray(given)) throw invalid(`${what} must be a list, got ${show(given)}`);
  return given.map((one: unknown) => {
    // A `*` would be a name here, and everything to a browser.
    const isName = typeof one === "string" && /^[!#$%&'+.^_`|~\w-]+$/.test(one);
    if (isName) return one.toLowerCase();
    throw invalid(`${what} must be a list of header names, got ${show(one)}`);
  });
}
