import type { ResolvedState } from "../../../sdk/state/state-specs.ts";
import type { Accepts, AnyType } from "../../../sdk/types/type.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { list, object, ref, text } from "../../openapi/schema.ts";
import { typeSchemaOf } from "../../openapi/type-schema.ts";
import { limitOf } from "../../routes/pages.ts";
import type { SurfaceFunction } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { Figures, FunctionFigures } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { afterCursor, limit } from "../parameters.ts";
import { answerRead, fitting, namedPage } from "./answer-read.ts";
import { figuresOf } from "./figures.ts";

/** What there is, by name. */
export const functionsRow: AdminRoute = {
  method: "GET",
  path: "/admin/functions",
  does: "read",
  summary: "Functions with their types and states, and kept egresses",
  query: [afterCursor, limit],
  answers: {
    "200": {
      text: "A page of functions in order of their names, and the types that they name",
      schema: object({
        functions: list(ref("Function")),
        types: list(ref("Type")),
        egresses: list(object({ typename: text })),
        "next?": text,
      }),
    },
  },
  answer: functionsRoute,
};

async function functionsRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { host, admin, query } = call;
  const all = (await figuresOf(admin))?.functions ?? [];
  const figures = new Map(all.map((one) => [one.typename, one]));
  const paused = new Set(
    (await admin.paused()).flatMap(({ typename, id }) => (id === undefined ? [typename] : [])),
  );
  const types = new Map<string, AnyType>();
  const show = (fn: SurfaceFunction): object => {
    for (const type of typesOf(fn)) types.set(type.typename, type);
    return {
      ...shownFunction(fn),
      remote: host.isRemote?.(fn.typename) === true,
      ...shownEndpoint(admin.endpointOf?.(fn.typename)),
      paused: paused.has(fn.typename),
      ...shownFigures(figures.get(fn.typename)),
      // They count as part of the page, though they stand apart.
      types: typesOf(fn).map(shownType),
    };
  };
  const page = { after: query.get("after"), limit: limitOf(query) };
  const { items, next } = await namedPage(host.functions(), ({ typename }) => typename, show, page);
  const functions = items.map((one) => ({ ...one, types: undefined }));
  const egresses = Array.from(host.keptEgresses(), ({ typename }) => ({ typename }));
  return answerRead({
    functions,
    types: [...types.values()].map(shownType),
    egresses,
    ...(next === undefined ? {} : { next }),
  });
}

/**
 * What is counted of functions, for the stream of what changes. Where it is more than so many bytes, those come first for which
 * something waits, and then those that did the most; `leftOut` says how many did not fit.
 */
export function functionCounters({ functions }: Figures, maxBytes: number): object {
  const lines = functions.map((one) => [one.typename, shownCounters(one)] as const);
  const some = fitting(lines, functions.length, maxBytes);
  if (some.length === lines.length) return { functions: Object.fromEntries(lines) };
  const busiest = [...functions].sort(byWork);
  const fit = fitting(
    busiest.map((one) => [one.typename, shownCounters(one)] as const),
    functions.length,
    maxBytes,
  );
  return { functions: Object.fromEntries(fit), leftOut: functions.length - fit.length };
}

function byWork(left: FunctionFigures, right: FunctionFigures): number {
  const workOf = ({ accepted, completed, failed }: FunctionFigures): number =>
    accepted + completed + failed;
  return right.waiting - left.waiting || workOf(right) - workOf(left);
}

function shownFunction({ typename, accepts, replies, states, retry }: SurfaceFunction): object {
  return {
    typename,
    accepts: typenames(accepts),
    replies: typenames(replies),
    states: Array.from(states?.values() ?? [], ({ name, type, expiration }) => ({
      name,
      type: type.typename,
      ...shownExpiration(expiration),
    })),
    ...(retry !== undefined && Object.keys(retry).length > 0 ? { retry } : {}),
  };
}

function shownExpiration({ mode, afterMs }: ResolvedState["expiration"]): object {
  if (mode === "none") return {};
  return mode === "after-write" ? { expireAfterWriteMs: afterMs } : { expireAfterCallMs: afterMs };
}

function shownEndpoint(endpoint: string | undefined): object {
  return endpoint === undefined ? {} : { endpoint };
}

function shownFigures(figures: FunctionFigures | undefined): object {
  return figures === undefined ? {} : { figures: shownCounters(figures) };
}

function shownCounters({ typename: _, ...counters }: FunctionFigures): object {
  return counters;
}

function shownType(type: AnyType): object {
  const { kind, schema } = typeSchemaOf(type);
  return { typename: type.typename, kind, ...(schema === undefined ? {} : { schema }) };
}

function typesOf({ accepts, replies, states }: SurfaceFunction): AnyType[] {
  const ofStates = Array.from(states?.values() ?? [], ({ type }) => type);
  return [...[accepts ?? []].flat(), ...[replies ?? []].flat(), ...ofStates];
}

function typenames(types: Accepts): string[] {
  return [types ?? []].flat().map(({ typename }) => typename);
}
