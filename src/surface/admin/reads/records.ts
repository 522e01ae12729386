import type { EgressRow } from "../../../engine/contract/records.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { shownAddress } from "../../json/parts-json.ts";
import { plainRecord } from "../../json/plain-record.ts";
import { headersPreview, shownOrPreview } from "../../json/preview.ts";
import { digits, list, object, ref, text } from "../../openapi/schema.ts";
import { heldJson } from "../../routes/held-answer.ts";
import { Listing, readBytes } from "../../routes/listing.ts";
import { needed, pageOf } from "../../routes/pages.ts";
import type { KeptEgress, SurfaceHost } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { afterNumber, limit, orderOf, orderParameter } from "../parameters.ts";

/** Records that are asked for at one time. */
const pieceSize = 32;

export const recordsRow: AdminRoute = {
  method: "GET",
  path: "/admin/records",
  does: "read",
  summary: "Records of a kept egress",
  query: [
    { name: "egress", text: "Its typename, `namespace/name`", schema: text, isNeeded: true },
    orderParameter,
    afterNumber,
    limit,
  ],
  answers: {
    "200": {
      text: "A page of records, oldest first unless `order` says otherwise; the list is over when a page is empty",
      schema: object({ records: list(ref("Record")), next: digits }),
    },
    "404": { text: "No egress of this name keeps records" },
  },
  answer: recordsRoute,
};

function recordsRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { request, query, host, admin, room } = call;
  const { after, limit } = pageOf(query);
  const { isNewest, start } = orderOf(query, after);
  const egress = egressOf(needed(query, "egress"), host);
  const listing = new Listing(limit);
  return room.turn(request, async () => {
    const records: object[] = [];
    let next = start;
    let isOver = false;
    while (!isOver && listing.left > 0 && !listing.isFull) {
      const piece = Math.min(listing.left, pieceSize);
      const rows = isNewest
        ? await admin.newestKept(egress.typename, next, piece, readBytes)
        : await host.kept(egress.typename, next, piece, readBytes);
      isOver = rows.length === 0;
      for (const row of rows) {
        const record = await listing.take(row.argument, () => shownRecord(row, egress, host));
        if (record === undefined) break;
        records.push(record);
        next = row.number;
      }
    }
    if (isNewest && isOver) next = 0;
    const body = { records, next: String(next) };
    return heldJson(room, request, body, { "cache-control": "no-store" });
  });
}

function egressOf(typename: string, host: SurfaceHost): KeptEgress {
  const egress = host.keptEgress(typename);
  if (egress !== undefined) return egress;
  throw new StateFunError("unknown_egress", `no egress ${show(typename)} keeps records`);
}

async function shownRecord(
  row: EgressRow,
  { format }: KeptEgress,
  host: SurfaceHost,
): Promise<object> {
  const { number, from, argument } = row;
  const decode = format && (() => plainRecord(argument.typename, format.decode(argument)));
  return {
    cursor: String(number),
    id: host.recordId(row),
    from: shownAddress(from),
    message: {
      ...(await shownOrPreview(argument, format?.accepts, decode)),
      ...headersPreview(argument.headers),
    },
  };
}
