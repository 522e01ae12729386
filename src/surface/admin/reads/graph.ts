import { clipped } from "../../json/clipped.ts";
import { list, object, ref } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { EdgeFigures } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { milliseconds } from "../milliseconds.ts";
import { answerRead } from "./answer-read.ts";

/** What goes where. A page that wants rates asks twice, and takes the difference. */
export const graphRow: AdminRoute = {
  method: "GET",
  path: "/admin/graph",
  does: "read",
  summary: "How many messages went where since the start of the run, by names and never by ids",
  answers: {
    "200": {
      text: "At most 1,000 edges, in order of their names; the rest is counted together, as `(others)`",
      schema: object({ sinceMs: milliseconds, edges: list(ref("Edge")) }),
    },
    "501": { text: "This engine does not count them" },
  },
  answer: async (call) => {
    assertHas(call.admin, "graph");
    return answerRead(await shownGraph(call));
  },
};

export async function shownGraph({ admin }: Pick<AdminCall, "admin">): Promise<object> {
  const { since, edges } = await admin.graph();
  return { sinceMs: since, edges: edges.map(shownEdge) };
}

function shownEdge({ from, to, messages }: EdgeFigures): object {
  const { kind, name } = from;
  return {
    from: { kind, ...(name === undefined ? {} : { name: clipped(name) }) },
    to: { kind: to.kind, name: clipped(to.name) },
    messages,
  };
}
