import type { SurfaceResponse } from "../answers.ts";
import { needed } from "../routes/pages.ts";
import type { AdminCall } from "./admin-call.ts";
import { instanceRoute } from "./admin-instance.ts";
import { deadLetterRoute, deadLettersRoute, functionsRoute } from "./admin-routes.ts";
import { valueRoute } from "./admin-value.ts";

/** One administrative route. What a request must bring follows from the row, and is checked before `answer` runs. */
export interface AdminRoute {
  /** A route for GET answers HEAD as well. */
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/admin/`; a part in braces is any text. */
  readonly path: string;
  /** What writes needs the header `Statefun-Admin: 1`. */
  readonly does: "read" | "write";
  readonly answer: (call: AdminCall) => SurfaceResponse | Promise<SurfaceResponse>;
}

/** All of them: there is no other way to one. */
export const adminRoutes: readonly AdminRoute[] = [
  { method: "GET", path: "functions", does: "read", answer: functionsRoute },
  {
    method: "GET",
    path: "instances/{namespace}/{name}/{id}",
    does: "read",
    answer: ({ names: [namespace, name, id], ...call }) =>
      instanceRoute({ typename: `${namespace}/${name}`, id: `${id}` }, call),
  },
  // For ids that no path can have.
  {
    method: "GET",
    path: "instance",
    does: "read",
    answer: (call) =>
      instanceRoute(
        { typename: needed(call.query, "function"), id: needed(call.query, "id") },
        call,
      ),
  },
  { method: "GET", path: "value", does: "read", answer: valueRoute },
  { method: "GET", path: "dead-letters", does: "read", answer: deadLettersRoute },
  {
    method: "POST",
    path: "dead-letters/{id}/replay",
    does: "write",
    answer: (call) => deadLetterRoute("replay", call),
  },
  {
    method: "DELETE",
    path: "dead-letters/{id}",
    does: "write",
    answer: (call) => deadLetterRoute("discard", call),
  },
];

/** What is in the braces of a path, if these parts are one. */
export function namesIn(path: string, parts: readonly string[]): readonly string[] | undefined {
  const wanted = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const isName = (index: number): boolean => wanted[index]?.startsWith("{") === true;
  const fits = parts.every((part, index) => isName(index) || wanted[index] === part);
  return fits ? parts.filter((_, index) => isName(index)) : undefined;
}
