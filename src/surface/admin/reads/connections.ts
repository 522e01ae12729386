import { clipped } from "../../json/clipped.ts";
import { list, object, ref } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { EgressFigures, EndpointFigures } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { answerRead, fitting } from "./answer-read.ts";
import { figuresOf } from "./figures.ts";
import { recordsIn } from "./overview.ts";

/** Of one answer: an application has a few. */
const most = 1_000;

type Health = Readonly<Record<string, unknown>>;
type From = Pick<AdminCall, "host" | "admin">;

export const egressesRow: AdminRoute = {
  method: "GET",
  path: "/admin/egresses",
  does: "read",
  summary: "Ways out: what was emitted and delivered, and what waits",
  answers: { "200": { text: "All of them", schema: object({ egresses: list(ref("Egress")) }) } },
  answer: async (call) => answerRead(await shownEgresses(call)),
};

export const endpointsRow: AdminRoute = {
  method: "GET",
  path: "/admin/endpoints",
  does: "read",
  summary: "Endpoints of remote functions, and whether they answer",
  answers: {
    "200": { text: "All of them", schema: object({ endpoints: list(ref("Endpoint")) }) },
    "501": { text: "This engine does not know them" },
  },
  answer: async (call) => {
    assertHas(call.admin, "figures");
    return answerRead(await shownEndpoints(call));
  },
};

export const ingressesRow: AdminRoute = {
  method: "GET",
  path: "/admin/ingresses",
  does: "read",
  summary: "Ways in, with their sources and how far behind they are",
  answers: { "200": { text: "All of them", schema: object({ ingresses: list(ref("Ingress")) }) } },
  answer: async (call) => answerRead(await shownIngresses(call)),
};

export async function shownEgresses({ host, admin }: From): Promise<object> {
  const figures = (await figuresOf(admin))?.egresses ?? [];
  const health = recordsIn((await host.health(true)).figures["egresses"]);
  const kept = new Set(Array.from(host.keptEgresses(), ({ typename }) => typename));
  const names = [
    ...kept,
    ...figures.map(({ typename }) => typename),
    ...health.map((one) => String(one["typename"])),
  ];
  const egresses = [...new Set(names)].sort().map((typename) => ({
    typename: clipped(typename),
    kind: kept.has(typename) ? "kept" : "delivered",
    ...statusOf(health.find((one) => one["typename"] === typename)),
    ...countersOf(figures.find((one) => one.typename === typename)),
  }));
  return { egresses: fitting(egresses, most) };
}

export async function shownEndpoints({ admin }: Pick<AdminCall, "admin">): Promise<object> {
  const { endpoints } = await admin.figures();
  return { endpoints: fitting(endpoints.map(shownEndpoint), most) };
}

export async function shownIngresses({ host }: Pick<AdminCall, "host">): Promise<object> {
  const { figures } = await host.health(true);
  return { ingresses: fitting(recordsIn(figures["ingresses"]).map(shownIngress), most) };
}

function statusOf(health: Health | undefined): object {
  const { status = "running", reason } = Object(health);
  return { status, ...(typeof reason === "string" ? { reason: clipped(reason) } : {}) };
}

function countersOf(figures: EgressFigures | undefined): object {
  if (figures === undefined) return {};
  const { emitted, delivered, failures, backlog, durationMs } = figures;
  return { emitted, delivered, failures, backlog, durationMs };
}

function shownEndpoint({ name, isUp, since, reason }: EndpointFigures): object {
  return {
    name: clipped(name),
    up: isUp,
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(reason === undefined ? {} : { reason: clipped(reason) }),
  };
}

function shownIngress({ typename, status, reason, sources }: Health): object {
  return {
    typename,
    status,
    ...(typeof reason === "string" ? { reason: clipped(reason) } : {}),
    sources: recordsIn(sources).map(shownSource),
  };
}

function shownSource(health: Health): object {
  const { source, position, lag, rate, records, invalid, isPaused } = health;
  return {
    source,
    ...(position === undefined ? {} : { position }),
    ...(lag === undefined ? {} : { lag }),
    ...{ rate, records, invalid, paused: isPaused },
  };
}
