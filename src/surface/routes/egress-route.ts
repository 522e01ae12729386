import type { EgressRow } from "../../engine/contract/records.ts";
import type { SurfaceResponse } from "../answers.ts";
import { shownAddress, shownHeaders } from "../json/parts-json.ts";
import { plainRecord } from "../json/plain-record.ts";
import { shown } from "../json/value-json.ts";
import type { KeptEgress, SurfaceHost } from "../surface-host.ts";
import { eventStream, eventStreamHead, roomOf, type Watch } from "./event-stream.ts";
import { heldJson } from "./held-answer.ts";
import { keptPage } from "./kept-page.ts";
import { assertOnce, pageOf } from "./pages.ts";

/** Of the records of one page together, which has fewer of them where they are large. */
const maxPageBytes = 1_048_576;

/** `GET /egresses/{namespace}/{name}`: a page of records, or all of them as they come. */
export async function egressRoute(
  request: Request,
  query: URLSearchParams,
  egress: KeptEgress,
  host: SurfaceHost,
  watch: Watch | undefined,
): Promise<SurfaceResponse> {
  const { headers } = request;
  const isStream = /\btext\/event-stream\b/i.test(headers.get("accept") ?? "");
  assertOnce(query);
  // A browser that comes back says what it has seen, and asks with the address that it first had.
  const page = pageOf(query, isStream ? headers.get("last-event-id") : null);
  if (isStream && request.method === "HEAD") return eventStreamHead();
  if (isStream) {
    return eventStream(egress, page, host, (row) => shownRecord(row, egress, host), watch);
  }
  const room = roomOf(host);
  return room.turn(request, async () => {
    const rows = await keptPage(host, egress.typename, page.after, page.limit, maxPageBytes);
    const records = rows.map((row) => shownRecord(row, egress, host));
    // Asked for again with `next`, an answer goes on where this one ends, new records included.
    const body = { records, next: records.at(-1)?.cursor ?? String(page.after) };
    return heldJson(room, request, body);
  });
}

interface ShownRecord {
  readonly cursor: string;
}

function shownRecord(row: EgressRow, { format }: KeptEgress, host: SurfaceHost): ShownRecord {
  const { number, from, argument } = row;
  const record = {
    cursor: String(number),
    id: host.recordId(row),
    from: shownAddress(from),
    ...shown(
      argument,
      format?.accepts,
      format && (() => plainRecord(argument.typename, format.decode(argument))),
    ),
    headers: shownHeaders(argument.headers),
  };
  return record;
}
