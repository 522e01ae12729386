import { answerError, methodNotAllowed, notFound, type SurfaceResponse } from "../answers.ts";
import { isElsewhere, isOf, type Origins } from "../origins.ts";
import { StreamLimit } from "../routes/stream-limit.ts";
import type { SurfaceHost } from "../surface-host.ts";
import { type AdminRoute, adminRoutes, namesIn } from "./admin-table.ts";

/** What a simple request, which a browser sends for any page without asking, cannot carry. */
const adminHeader = "statefun-admin";
/** Requests at one time, apart from all others. Those that wait for their turn hold nothing yet. */
const maxRequests = 1_000;

/** What the routes for operators need. */
export interface AdminSettings {
  readonly host: SurfaceHost;
  readonly origins: Origins;
  /** Origins of pages that `http.cors.admin` lets in. */
  readonly pages: Origins;
  /** Throws for a request that may not come in. */
  readonly assertIn: (request: Request) => Promise<void>;
}

/**
 * The routes for operators. All checks run here, before every route: whether a browser sends the request for a
 * page of another origin, whether it is authenticated, and for a change whether it has the header that shows
 * intent.
 */
export function createAdmin({
  host,
  origins,
  pages,
  assertIn,
}: AdminSettings): (
  request: Request,
  parts: readonly string[],
  query: URLSearchParams,
) => Promise<SurfaceResponse> {
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
      await assertIn(request);
      const { method, headers } = request;
      const found = adminRoutes.flatMap((row) => {
        const names = namesIn(row.path, parts);
        return names === undefined ? [] : [{ row, names }];
      });
      if (found.length === 0) return notFound(`/admin/${parts.join("/")}`);
      const route = found.find(({ row }) => isMethodOf(row, method));
      if (route === undefined) {
        return methodNotAllowed(method, found.map(({ row }) => allowed(row)).join(", "));
      }
      const { row, names } = route;
      if (row.does === "write" && headers.get(adminHeader) !== "1") {
        return answerError(
          403,
          "forbidden",
          "a request that changes something needs the header Statefun-Admin: 1",
        );
      }
      return await row.answer({ request, host, query, names, room });
    } finally {
      running--;
    }
  };
}

function isMethodOf(row: AdminRoute, method: string): boolean {
  return row.method === method || (row.method === "GET" && method === "HEAD");
}

function allowed({ method }: AdminRoute): string {
  return method === "GET" ? "GET, HEAD" : method;
}
