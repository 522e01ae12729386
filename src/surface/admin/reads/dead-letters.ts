import type { DeadFilter } from "../../../engine/contract/actions.ts";
import type {
  DeadGroup,
  DeadPage,
  DeadRecord,
  Position,
} from "../../../engine/contract/records.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { clipped } from "../../json/clipped.ts";
import { shownAddress } from "../../json/parts-json.ts";
import { headersPreview, shownOrPreview } from "../../json/preview.ts";
import { digits, list, object, ref } from "../../openapi/schema.ts";
import { heldJson } from "../../routes/held-answer.ts";
import { Listing, readBytes } from "../../routes/listing.ts";
import { pageOf } from "../../routes/pages.ts";
import type { SurfaceHost } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { filterOfQuery, filterParameters } from "../dead-filter.ts";
import { afterNumber, limit, orderOf, orderParameter } from "../parameters.ts";
import { answerRead, fitting } from "./answer-read.ts";

/** Letters that are asked for at one time: not every engine bounds what it gives by bytes. */
const pieceSize = 10;
/** Groups of one answer. */
const maxGroups = 500;

export const deadLettersRow: AdminRoute = {
  method: "GET",
  path: "/admin/dead-letters",
  does: "read",
  summary: "Messages that were given up, and records of egresses that are not bound",
  query: [...filterParameters, orderParameter, afterNumber, limit],
  answers: {
    "200": {
      text: "A page of dead letters, oldest first unless `order` says otherwise; the list is over when a page is empty",
      schema: object({ deadLetters: list(ref("DeadLetter")), next: digits }),
    },
  },
  answer: deadLettersRoute,
};

export const deadGroupsRow: AdminRoute = {
  method: "GET",
  path: "/admin/dead-letters/groups",
  does: "read",
  summary: "Dead letters by function or egress, code and reason, those with the most first",
  query: filterParameters,
  answers: {
    "200": {
      text: `At most ${maxGroups} groups`,
      schema: object({ groups: list(ref("DeadGroup")) }),
    },
  },
  answer: async (call) => answerRead(await shownGroups(call, filterOfQuery(call.query))),
};

function deadLettersRoute({
  request,
  query,
  host,
  admin,
  room,
}: AdminCall): Promise<SurfaceResponse> {
  const { after, limit } = pageOf(query);
  const { isNewest, start } = orderOf(query, after);
  const filter = filterOfQuery(query);
  const listing = new Listing(limit);
  return room.turn(request, async () => {
    const deadLetters: object[] = [];
    let next: Position = start;
    let place: Position | undefined = start;
    // Where few match, many are looked at: piece by piece, as long as anybody waits for the answer.
    while (place !== undefined && listing.left > 0 && !listing.isFull && !request.signal.aborted) {
      const piece = Math.min(listing.left, pieceSize);
      const read = isNewest ? "newestDeadLetters" : "deadLetters";
      const page: DeadPage = await admin[read](filter, place, piece, readBytes);
      place = page.next;
      for (const record of page.letters) {
        const letter = await listing.take(record.argument, () => shownLetter(record, host));
        if (letter === undefined) break;
        deadLetters.push(letter);
        next = record.number;
      }
      if (!listing.isFull && listing.left > 0) next = page.next ?? (isNewest ? 0 : next);
    }
    const body = { deadLetters, next: String(next) };
    return heldJson(room, request, body, { "cache-control": "no-store" });
  });
}

/** The letter with this number, if there is one. */
export async function letterAt(
  host: SurfaceHost,
  number: Position,
): Promise<DeadRecord | undefined> {
  const [letter] = await host.deadLetters(number - 1, 1, undefined, 1);
  return letter?.number === number ? letter : undefined;
}

async function shownLetter(record: DeadRecord, host: SurfaceHost): Promise<object> {
  const { number, target, argument, code, reason, attempts, failedAt, egress } = record;
  const accepts = egress === undefined ? host.functionOf(target.typename)?.accepts : undefined;
  const message = await shownOrPreview(argument, accepts);
  return {
    id: String(number),
    address: shownAddress(target),
    ...(egress === undefined ? {} : { egress: clipped(egress) }),
    message: { ...message, ...headersPreview(argument.headers) },
    error: { code, message: clipped(reason) },
    attempts,
    failedAtMs: failedAt,
  };
}

/** As `GET /admin/dead-letters/groups` answers. */
export async function shownGroups(
  { admin }: Pick<AdminCall, "admin">,
  filter: DeadFilter,
  most: number = maxGroups,
  maxBytes?: number,
): Promise<object> {
  const groups = await admin.deadGroups(filter);
  return { groups: fitting(groups.map(shownGroup), most, maxBytes) };
}

function shownGroup({ typename, egress, firstAt, lastAt, reason, ...rest }: DeadGroup): object {
  const { code, count } = rest;
  return {
    typename: clipped(typename),
    ...(egress === undefined ? {} : { egress: clipped(egress) }),
    code,
    reason: clipped(reason),
    count,
    firstAtMs: firstAt,
    lastAtMs: lastAt,
  };
}
