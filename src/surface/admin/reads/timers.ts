import type { TimerRecord } from "../../../engine/contract/records.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { clipped } from "../../json/clipped.ts";
import { shownAddress } from "../../json/parts-json.ts";
import { shownOrPreview } from "../../json/preview.ts";
import { digits, list, object, ref } from "../../openapi/schema.ts";
import { heldJson } from "../../routes/held-answer.ts";
import { Listing, readBytes } from "../../routes/listing.ts";
import { needed, pageOf } from "../../routes/pages.ts";
import type { SurfaceHost } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { afterNumber, functionParameter, idParameter, limit } from "../parameters.ts";

/** Timers that are asked for at one time. */
const pieceSize = 32;

export const timersRow: AdminRoute = {
  method: "GET",
  path: "/admin/timers",
  does: "read",
  summary:
    "Messages for later: of an instance, of a function, or all, in the order in which they were set",
  query: [
    functionParameter,
    { ...idParameter, text: "Of one instance of `function`" },
    afterNumber,
    limit,
  ],
  answers: {
    "200": {
      text: "A page of timers; the list is over when a page is empty",
      schema: object({ timers: list(ref("Timer")), next: digits }),
    },
    "501": { text: "This engine cannot list timers like this" },
  },
  answer: timersRoute,
};

function timersRoute({ request, query, host, admin, room }: AdminCall): Promise<SurfaceResponse> {
  const { after, limit } = pageOf(query);
  const id = query.get("id");
  const typename = id === null ? query.get("function") : needed(query, "function");
  const of = {
    ...(typename === null ? {} : { typename }),
    ...(id === null ? {} : { id }),
  };
  const listing = new Listing(limit);
  return room.turn(request, async () => {
    const timers: object[] = [];
    let next = after;
    let isOver = false;
    while (!isOver && listing.left > 0 && !listing.isFull) {
      const piece = Math.min(listing.left, pieceSize);
      const records = await admin.timers({ ...of, after: next, limit: piece, maxBytes: readBytes });
      isOver = records.length === 0;
      for (const record of records) {
        const timer = await listing.take(record.argument, () => shownTimer(record, host));
        if (timer === undefined) break;
        timers.push(timer);
        next = record.number;
      }
    }
    const body = { timers, next: String(next) };
    return heldJson(room, request, body, { "cache-control": "no-store" });
  });
}

async function shownTimer(record: TimerRecord, host: SurfaceHost): Promise<object> {
  const { number, dueAt, target, caller, token, argument } = record;
  return {
    number: String(number),
    atMs: dueAt,
    to: shownAddress(target),
    ...(caller === undefined ? {} : { from: shownAddress(caller) }),
    message: await shownOrPreview(argument, host.functionOf(target.typename)?.accepts),
    ...(token === undefined ? {} : { cancellationToken: clipped(token) }),
  };
}
