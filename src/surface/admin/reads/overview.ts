import { isRecord } from "../../../internal/assert.ts";
import { version } from "../../../internal/version.ts";
import { choice, object, ref, text } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { Figures } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { answerRead } from "./answer-read.ts";
import { figuresOf } from "./figures.ts";
import { shownInstanceTrouble } from "./troubles.ts";

/** Troubles of the overview: what is needed most. */
const maxTroubles = 4;

export const meRow: AdminRoute = {
  method: "GET",
  path: "/admin/me",
  does: "read",
  summary: "Who you are here, and what you may do",
  answers: {
    "200": {
      text: "The operator",
      schema: object({
        who: text,
        role: choice("read", "write"),
        engine: choice("embedded", "durable-object"),
        version: text,
        unsupported: ref("Unsupported"),
      }),
    },
  },
  answer: ({ operator, host, admin }) =>
    answerRead({
      who: operator.who,
      role: operator.role,
      engine: host.engine,
      version,
      unsupported: admin.lacks,
    }),
};

export const overviewRow: AdminRoute = {
  method: "GET",
  path: "/admin/overview",
  does: "read",
  summary: "The state of the application, and what needs attention",
  answers: { "200": { text: "The overview", schema: ref("Overview") } },
  answer: async (call) => answerRead(await shownOverview(call)),
};

export async function shownOverview({
  host,
  admin,
}: Pick<AdminCall, "host" | "admin">): Promise<object> {
  const figures = await figuresOf(admin);
  const { status, figures: health } = await host.health(true);
  const paused = admin.lacks.paused === undefined ? await admin.paused() : undefined;
  const hasTroubles = admin.lacks.troubles === undefined;
  const troubles = hasTroubles ? await admin.troubles(maxTroubles) : undefined;
  const deadLetters = health["deadLetters"];
  return {
    status,
    engine: host.engine,
    version,
    functions: [...host.functions()].length,
    ...(figures === undefined ? {} : { totals: totalsOf(figures) }),
    ...(typeof deadLetters === "number" ? { deadLetters } : {}),
    ...(paused && { paused: paused.length }),
    ...(troubles && { troubles: troubles.slice(0, maxTroubles).map(shownInstanceTrouble) }),
    egressesWaiting: recordsIn(health["egresses"])
      .filter((one) => one["status"] === "waiting")
      .map((one) => String(one["typename"])),
    endpointsDown: [health["unavailableEndpoints"] ?? []].flat().map(String),
    unsupported: admin.lacks,
  };
}

/** Objects of a list of health, which is plain data. */
export function recordsIn(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function totalsOf(figures: Figures): object {
  const { startedAt, pendingMessages, pendingBytes, runningSteps } = figures;
  const { timers, deadLetters, windows, steps } = figures;
  const now = { pendingMessages, pendingBytes, runningSteps, timers, deadLetters };
  return { startedAtMs: startedAt, ...now, windows, steps };
}
