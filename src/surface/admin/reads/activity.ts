import type { PausedRecord } from "../../../engine/contract/actions.ts";
import type { EgressRow } from "../../../engine/contract/records.ts";
import { base64FromBytes, noBytes, textFromBytes } from "../../../internal/bytes.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { clipped } from "../../json/clipped.ts";
import { digits, list, object, ref, text } from "../../openapi/schema.ts";
import { keptPage } from "../../routes/kept-page.ts";
import { limitOf, pageOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { afterCursor, afterNumber, limit, orderOf, orderParameter } from "../parameters.ts";
import { answerRead, fitting, namedPage } from "./answer-read.ts";

/** Where the engine writes down what operators do. */
const activityEgress = "statefun/activity";
/** Of what is read for one answer. */
const maxPageBytes = 1_048_576;

export const activityRow: AdminRoute = {
  method: "GET",
  path: "/admin/activity",
  does: "read",
  summary: "What operators have done",
  query: [orderParameter, afterNumber, limit],
  answers: {
    "200": {
      text: "A page of records, oldest first unless `order` says otherwise; the list is over when a page is empty",
      schema: object({ activity: list(ref("Activity")), next: digits }),
    },
  },
  answer: activityRoute,
};

export const pausedRow: AdminRoute = {
  method: "GET",
  path: "/admin/paused",
  does: "read",
  summary: "Functions and instances that an operator has paused",
  query: [afterCursor, limit],
  answers: {
    "200": {
      text: "A page of them; `next` is absent at the end",
      schema: object({ paused: list(ref("Paused")), "next?": text }),
    },
    "501": { text: "This engine cannot list what is paused" },
  },
  answer: async ({ admin, query }) => {
    assertHas(admin, "paused");
    const page = { after: query.get("after"), limit: limitOf(query) };
    const nameOf = ({ typename, id }: PausedRecord): string =>
      id === undefined ? typename : `${typename} ${id}`;
    const { items, next } = await namedPage(await admin.paused(), nameOf, shownPaused, page);
    return answerRead({ paused: items, ...(next === undefined ? {} : { next }) });
  },
};

async function activityRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { host, admin, query, room, request } = call;
  const { after, limit } = pageOf(query);
  const { isNewest, start } = orderOf(query, after);
  return room.turn(request, async () => {
    const rows = isNewest
      ? await admin.newestKept(activityEgress, start, limit, maxPageBytes)
      : await keptPage(host, activityEgress, after, limit, maxPageBytes);
    const activity = fitting(rows.map(shownActivity), limit);
    const next = rows[activity.length - 1]?.number ?? (isNewest ? 0 : after);
    return answerRead({ activity, next: String(next) });
  });
}

function shownActivity({ number, argument: { bytes = noBytes } }: EgressRow): object {
  const cursor = String(number);
  try {
    return { cursor, record: JSON.parse(textFromBytes(bytes)) };
  } catch {
    return { cursor, base64: base64FromBytes(bytes) };
  }
}

function shownPaused({ typename, id, since, who, why }: PausedRecord): object {
  return {
    typename: clipped(typename),
    ...(id === undefined ? {} : { id: clipped(id) }),
    sinceMs: since,
    who,
    ...(why === undefined ? {} : { why }),
  };
}
