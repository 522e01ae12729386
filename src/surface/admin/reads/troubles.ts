import { clipped } from "../../json/clipped.ts";
import { list, object, ref } from "../../openapi/schema.ts";
import { limitOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { InstanceTrouble, RecentError } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { limit } from "../parameters.ts";
import { shownTrouble } from "../trouble-json.ts";
import { answerRead, fitting } from "./answer-read.ts";

/** Errors of one answer: as many as are kept. */
const maxErrors = 200;
/** Of the text of an error, in characters. */
const maxReason = 2_000;

export const troublesRow: AdminRoute = {
  method: "GET",
  path: "/admin/troubles",
  does: "read",
  summary: "Instances that do not go on, worst first",
  query: [limit],
  answers: {
    "200": { text: "The worst", schema: object({ troubles: list(ref("InstanceTrouble")) }) },
    "501": { text: "This engine cannot list them" },
  },
  answer: async ({ admin, query }) => {
    assertHas(admin, "troubles");
    const most = limitOf(query);
    return answerRead({
      troubles: fitting((await admin.troubles(most)).map(shownInstanceTrouble), most),
    });
  },
};

export const errorsRow: AdminRoute = {
  method: "GET",
  path: "/admin/errors",
  does: "read",
  summary: "Errors of this run, newest first",
  answers: {
    "200": { text: `At most ${maxErrors}`, schema: object({ errors: list(ref("RecentError")) }) },
    "501": { text: "This engine does not keep them" },
  },
  answer: async (call) => {
    assertHas(call.admin, "errors");
    return answerRead(await shownErrors(call));
  },
};

export function shownInstanceTrouble({ typename, id, ...trouble }: InstanceTrouble): object {
  return { typename: clipped(typename), id: clipped(id), ...shownTrouble(trouble) };
}

/** For the stream of what changes. */
export async function shownTroubles(
  { admin }: Pick<AdminCall, "admin">,
  most: number,
  maxBytes: number,
): Promise<object> {
  return {
    troubles: fitting((await admin.troubles(most)).map(shownInstanceTrouble), most, maxBytes),
  };
}

export async function shownErrors(
  { admin }: Pick<AdminCall, "admin">,
  most: number = maxErrors,
  maxBytes?: number,
): Promise<object> {
  return { errors: fitting((await admin.errors()).map(shownError), most, maxBytes) };
}

function shownError({ at, code, message, typename, id, egress }: RecentError): object {
  return {
    atMs: at,
    code,
    message: message.length <= maxReason ? message : `${message.slice(0, maxReason)}…`,
    ...(typename === undefined ? {} : { typename: clipped(typename) }),
    ...(id === undefined ? {} : { id: clipped(id) }),
    ...(egress === undefined ? {} : { egress: clipped(egress) }),
  };
}
