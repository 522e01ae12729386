import {
  assertFunction,
  assertInteger,
  assertKnownKeys,
  invalid,
  isRecord,
} from "../internal/assert.ts";
import { defaultBodyMs, longestWaitMs } from "../internal/limits.ts";
import { show } from "../internal/show.ts";
import type { Egress } from "../sdk/egress/egress.ts";
import type { FunctionRef } from "../sdk/functions/function-ref.ts";
import type { Accepts } from "../sdk/types/type.ts";
import { type Cors, type CorsOptions, resolveCors } from "./cors-options.ts";
import { assertConsole, type ConsoleApp } from "./mounted-console.ts";
import { type AdminAuthenticate, operatorOf } from "./operators.ts";
import { type Origins, originsOf } from "./origins.ts";

/** Decides whether a request is allowed: any result except `true` is a 401. */
export type Authenticate = (request: Request) => boolean | Promise<boolean>;

export type ErrorDetailLevel = "code" | "full";

/**
 * What of an application can be reached over HTTP, and by which callers. Nothing is reachable unless it is named
 * here.
 */
export interface HttpSurfaceOptions {
  /**
   * Which functions may be sent to, and which kept egresses may be read; a string names either. `"all"` is every
   * function and every kept egress.
   * @default nothing, because everything exposed is public
   */
  readonly expose?: // biome-ignore lint/complexity/noBannedTypes: no state is `{}`: `State<{}>` has no names.
  readonly (FunctionRef<Accepts, Accepts, {}> | Egress<never, unknown> | string)[] | "all";
  /** Required as soon as anything is exposed. `"none"` switches authentication off, and is never a default. */
  readonly authenticate?: Authenticate | "none";
  /**
   * Instances, mailboxes, dead letters and figures, for operators. Off by default, with an authentication of its own, which also
   * says who an operator is and whether this operator may change anything.
   */
  readonly admin?: {
    readonly authenticate: AdminAuthenticate | "none";
    /**
     * The console at `/admin/console/`, made by `consoleApp` of `statefun/console`. The page itself is served to everybody, since
     * it holds no data; all that it shows is asked for with the credentials of an operator.
     * @default none
     */
    readonly console?: ConsoleApp | undefined;
  };
  /**
   * Pages of these origins, like `https://app.example.com`, may also send; `"any"` allows all. With `authenticate:
   * "none"`, a request that changes something and comes from a page of another origin is refused: the user who has
   * that page open would make it without knowing, from inside their network.
   * @default []
   */
  readonly origins?: readonly string[] | "any";
  /**
   * Pages of other origins that may read answers. Their origins count among `origins`. @default undefined: none
   * may
   */
  readonly cors?: CorsOptions | undefined;
  /**
   * What callers see of errors. `"code"`: codes, and texts of this library about the request itself. `"full"`:
   * also what handlers, endpoints and platforms threw, for callers that may know all of it.
   * @default "code"
   */
  readonly errorDetail?: "code" | "full";
  /**
   * How long a request may take to arrive, its `authenticate` included, in milliseconds; then it is answered with
   * 408, or with 503 if it has no body.
   * @default 60_000: enough for a message of 16 MiB at 2.3 Mbit/s; a very slow sender would hold its place for
   * ever
   */
  readonly bodyTimeoutMs?: number;
  /**
   * How often `authenticate` is called again for the reader of an event stream, with the request that began the
   * stream, in milliseconds. The stream ends when the result is not `true`.
   * @default 60_000: a revoked credential can read for at most a minute longer, and an authentication service gets
   * one call per stream and minute
   */
  readonly reauthenticateMs?: number;
  /** Prefix of every path, such as `/api`. @default "" */
  readonly basePath?: string;
}

/** What was exposed by a name or a reference: a string may name a function or an egress. */
export interface Exposed {
  readonly typename: string;
  readonly kind: "function" | "egress" | "any";
}

/** The options after their checks. */
export interface ResolvedSurfaceOptions {
  readonly expose: readonly Exposed[] | "all";
  /** Undefined: no authentication. */
  readonly authenticate: Authenticate | undefined;
  /** Undefined is off. */
  readonly admin:
    | {
        readonly authenticate: AdminAuthenticate | undefined;
        readonly console: ConsoleApp | undefined;
      }
    | undefined;
  /** Which callers see the figures of health: everybody only if an option says so. */
  readonly figures: Authenticate | boolean;
  readonly origins: Origins;
  /** Undefined is off. */
  readonly cors: Cors | undefined;
  readonly errorDetail: ErrorDetailLevel;
  readonly bodyTimeoutMs: number;
  readonly reauthenticateMs: number;
  readonly basePath: string;
}

export function resolveSurfaceOptions(options: HttpSurfaceOptions = {}): ResolvedSurfaceOptions {
  const known = [
    "expose",
    "authenticate",
    "admin",
    "origins",
    "cors",
    "errorDetail",
    "bodyTimeoutMs",
    "reauthenticateMs",
    "basePath",
  ];
  assertKnownKeys(options, known, "the options of http");
  const {
    expose = [],
    authenticate,
    admin,
    origins = [],
    errorDetail = "code",
    bodyTimeoutMs = defaultBodyMs,
    reauthenticateMs = 60_000,
    basePath = "",
  } = options;
  assertInteger(bodyTimeoutMs, "http.bodyTimeoutMs", 1, longestWaitMs);
  assertInteger(reauthenticateMs, "http.reauthenticateMs", 1, longestWaitMs);
  if (errorDetail !== "code" && errorDetail !== "full") {
    throw invalid(`http.errorDetail must be "code" or "full", got ${show(errorDetail)}`);
  }
  const exposed = expose === "all" ? expose : exposedOf(expose);
  if (exposed.length > 0 && authenticate === undefined) {
    throw invalid(
      'http.authenticate must be a function, or "none" for everybody, as soon as anything is exposed',
    );
  }
  if (admin !== undefined) {
    assertKnownKeys(admin, ["authenticate", "console"], "the options of http.admin");
    assertConsole(admin.console);
    if (admin.authenticate === undefined) {
      throw invalid('http.admin.authenticate must be a function, or "none" for everybody');
    }
  }
  if (!isBasePath(basePath)) {
    throw invalid(
      `http.basePath must start with a slash and not end with one, written as in a URL, for example /api, got ${show(basePath)}`,
    );
  }
  return {
    expose: exposed,
    authenticate: authenticationOf(authenticate, "http.authenticate"),
    admin: admin && {
      authenticate: authenticationOf(admin.authenticate, "http.admin.authenticate"),
      console: admin.console,
    },
    figures: figuresOf(authenticate, admin?.authenticate),
    origins: originsOf(origins, "http.origins"),
    cors: resolveCors(options.cors),
    errorDetail,
    bodyTimeoutMs,
    reauthenticateMs,
    basePath,
  };
}

/** One that a URL writes in another way, like /é, would never come. */
function isBasePath(given: unknown): boolean {
  if (typeof given !== "string" || !/^(\/[^/?#%\s]+)*$/.test(given)) return false;
  return given === "" || new URL(`http://host${given}`).pathname === given;
}

/** Figures are only for operators if `admin` has credentials. Without an option that says so, they are for nobody. */
function figuresOf(authenticate: unknown, admin: unknown): Authenticate | boolean {
  // Both are checked as authentications beside this.
  if (typeof authenticate === "function") return authenticate as Authenticate;
  if (typeof admin !== "function") return authenticate === "none" || admin === "none";
  const isOperator = admin as AdminAuthenticate;
  return async (request) => operatorOf(await isOperator(request)) !== undefined;
}

function authenticationOf<A extends Authenticate | AdminAuthenticate>(
  given: A | "none" | undefined,
  what: string,
): A | undefined {
  if (given === undefined || given === "none") return undefined;
  assertFunction(given, `${what}, unless it is "none",`);
  return given;
}

function exposedOf(expose: unknown): readonly Exposed[] {
  if (!Array.isArray(expose)) {
    throw invalid(`http.expose must be a list or "all", got ${show(expose)}`);
  }
  return expose.map((one: unknown): Exposed => {
    if (typeof one === "string") return { typename: one, kind: "any" };
    const { typename, at, to } = Object(one);
    const kind = typeof at === "function" ? "function" : typeof to === "function" ? "egress" : "";
    if (isRecord(one) && typeof typename === "string" && kind !== "") return { typename, kind };
    throw invalid(`http.expose takes functions, egresses and their typenames, got ${show(one)}`);
  });
}
