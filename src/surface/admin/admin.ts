import { invalid } from "../../internal/assert.ts";
import { StateFunError } from "../../internal/errors.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import { inTimeToArrive, operatorIn } from "../admission.ts";
import {
  answerError,
  methodNotAllowed,
  notFound,
  refuse,
  type SurfaceResponse,
} from "../answers.ts";
import type { Operator } from "../operators.ts";
import { isElsewhere, isOf } from "../origins.ts";
import type { RequestGuard } from "../request-guard.ts";
import { assertOnce, needed } from "../routes/pages.ts";
import { StreamLimit } from "../routes/stream-limit.ts";
import type { AdminSettings } from "./admin-call.ts";
import { type AdminRoute, namesIn } from "./admin-route.ts";
import { adminRoutes } from "./admin-routes.ts";
import { jsonBodyOf } from "./json-body.ts";
import { keyFor, whyParameter } from "./order.ts";

/** What a simple request, which a browser sends for any page without asking, cannot carry. */
const adminHeader = "statefun-admin";
const dataOnly = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
};
/** Requests at one time, apart from all others. Those that wait for their turn hold nothing yet. */
const maxRequests = 1_000;

/**
 * The routes for operators. All checks run here, before every route: whether a browser sends the request for a
 * page of another origin, who has sent it and what this operator may do, and for a change whether it has the header that
 * shows intent, and a key.
 */
export function createAdmin(settings: AdminSettings, guard: RequestGuard): Admin {
  const answer = answering(settings);
  // What was refused is hardened like everything else.
  return async (request, ...asked) =>
    hardened(await guard.run(request, () => answer(request, ...asked)));
}

type Admin = (
  request: Request,
  parts: readonly string[],
  query: URLSearchParams,
) => Promise<SurfaceResponse>;

function answering(settings: AdminSettings): Admin {
  const { host, options } = settings;
  const { origins, cors } = options;
  // Pages that `http.cors.admin` lets in.
  const pages = cors?.admin === true ? cors.origins : [];
  const room = new StreamLimit();
  let running = 0;
  return async (request, parts, query) => {
    // A page that may not even read must not learn how long an answer takes.
    if (isElsewhere(request, origins) && !isOf(request, pages)) {
      return answerError(403, "forbidden", "requests from pages of other origins are refused");
    }
    if (running >= maxRequests) {
      const text = `limit of ${maxRequests} concurrent requests to /admin reached: try again later`;
      return answerError(503, "unavailable", text);
    }
    running++;
    try {
      const operator = await admitted(request, settings);
      const found = adminRoutes.flatMap((row) => {
        const names = namesIn(row.path, ["", ...parts]);
        return names === undefined ? [] : [{ row, names }];
      });
      if (found.length === 0) return notFound(`/${parts.join("/")}`);
      const route = found.find(({ row }) => isMethodOf(row, request.method));
      if (route === undefined) {
        return methodNotAllowed(request.method, found.map(({ row }) => allowed(row)).join(", "));
      }
      const { row, names } = route;
      assertMay(row, operator, request);
      assertQuery(row, query);
      const body = await jsonBodyOf(row, request, options.bodyTimeoutMs);
      const admin = await host.admin();
      const call = { request, admin, operator, query, names, body, room };
      return await row.answer({ ...settings, ...call });
    } finally {
      running--;
    }
  };
}

/** Answers quote ids and texts of strangers: no browser may take them for anything but data. */
function hardened(answer: SurfaceResponse): SurfaceResponse {
  const headers = new Headers(answer.headers);
  for (const [name, value] of Object.entries(dataOnly)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  if (!(answer instanceof Response)) return { ...answer, headers: Object.fromEntries(headers) };
  const { status, body } = answer;
  return new Response(body, { status, headers });
}

/** Throws for a request that may not come in. */
async function admitted(request: Request, { options, onError }: AdminSettings): Promise<Operator> {
  const authenticate = options.admin?.authenticate;
  const ask = () => operatorIn(authenticate, request);
  const operator = await inTimeToArrive(request, options.bodyTimeoutMs, ask, onError);
  if (operator !== undefined) return operator;
  throw new StateFunError("unauthenticated", "authentication failed");
}

/** Throws for a change that this operator may not make, or that nobody may have meant. */
function assertMay(
  { does, role: needed }: AdminRoute,
  { role }: Operator,
  { headers }: Request,
): void {
  if (needed === "write" && role !== "write") {
    refuse(403, "forbidden", 'a request for everything there is needs the role "write"');
  }
  if (does === "read") return;
  if (role !== "write") {
    refuse(403, "forbidden", 'a request that changes something needs the role "write"');
  }
  if (headers.get(adminHeader) !== "1") {
    refuse(403, "forbidden", "a request that changes something needs the header Statefun-Admin: 1");
  }
  keyFor(headers);
}

/** Throws for a parameter that the route does not have, for one that is there twice, and for one that is missing. */
function assertQuery({ query = [], does }: AdminRoute, given: URLSearchParams): void {
  const all = does === "write" ? [...query, whyParameter] : query;
  const names = all.map(({ name }) => name);
  assertOnce(given);
  for (const name of given.keys()) {
    if (names.includes(name)) continue;
    const takes = names.length === 0 ? "none" : names.join(", ");
    throw invalid(
      `${show(name)} is not a parameter of this route, which takes ${takes}${didYouMean(name, names)}`,
    );
  }
  for (const { name, isNeeded } of all) if (isNeeded === true) needed(given, name);
}

function isMethodOf(row: AdminRoute, method: string): boolean {
  return row.method === method || (row.method === "GET" && method === "HEAD");
}

function allowed({ method }: AdminRoute): string {
  return method === "GET" ? "GET, HEAD" : method;
}
