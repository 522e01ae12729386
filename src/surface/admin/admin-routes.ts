import type { DeadRecord, Position } from "../../engine/contract/records.ts";
import type { Accepts } from "../../sdk/types/type.ts";
import { answerJson, notFound, type SurfaceResponse } from "../answers.ts";
import { clipped } from "../json/clipped.ts";
import { shownAddress } from "../json/parts-json.ts";
import { headersPreview, shownOrPreview } from "../json/preview.ts";
import { heldJson } from "../routes/held-answer.ts";
import { Listing, readBytes } from "../routes/listing.ts";
import { pageOf, positionOf } from "../routes/pages.ts";
import type { SurfaceHost } from "../surface-host.ts";
import type { AdminCall } from "./admin-call.ts";

/** Letters that are asked for at one time: not every engine bounds what it gives by bytes. */
const pieceSize = 10;

/** `GET /admin/functions`: what there is, by name. */
export function functionsRoute({ host }: AdminCall): SurfaceResponse {
  const functions = [...host.functions()].map(({ typename, accepts, replies, states }) => ({
    typename,
    accepts: typenames(accepts),
    replies: typenames(replies),
    states: [...(states?.values() ?? [])].map(({ name, type }) => ({ name, type: type.typename })),
  }));
  const egresses = [...host.keptEgresses()].map(({ typename }) => ({ typename }));
  return answerJson(200, { functions, egresses });
}

/** `GET /admin/dead-letters`: oldest first. */
export function deadLettersRoute({
  request,
  query,
  host,
  room,
}: AdminCall): Promise<SurfaceResponse> {
  const { after, limit } = pageOf(query);
  const typename = query.get("typename") ?? undefined;
  const listing = new Listing(limit);
  return room.turn(request.signal, async () => {
    const deadLetters: object[] = [];
    let next = after;
    let isOver = false;
    while (!isOver && listing.left > 0 && !listing.isFull) {
      const piece = Math.min(listing.left, pieceSize);
      const records = await host.deadLetters(next, piece, typename, readBytes);
      isOver = records.length === 0;
      for (const record of records) {
        const letter = await listing.take(record.argument, () => shownLetter(record, host));
        if (letter === undefined) break;
        deadLetters.push(letter);
        next = record.number;
      }
    }
    const body = { deadLetters, next: String(next) };
    return heldJson(room, request, body, { "cache-control": "no-store" });
  });
}

/** `POST /admin/dead-letters/{id}/replay` and `DELETE /admin/dead-letters/{id}`. */
export async function deadLetterRoute(
  action: "replay" | "discard",
  { names: [id = ""], host }: AdminCall,
): Promise<SurfaceResponse> {
  const number = positionOf(id, "the id of a dead letter");
  if ((await letterAt(host, number)) === undefined) return notFound(`/admin/dead-letters/${id}`);
  await host[action](number);
  return new Response(null, { status: 204 });
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

function typenames(types: Accepts): string[] {
  return [types ?? []].flat().map(({ typename }) => typename);
}
