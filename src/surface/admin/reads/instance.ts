import type { InstancePart, PartPlace } from "../../../engine/mailboxes/instance-parts.ts";
import { assertUserTypename, invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { WireAddress } from "../../../model/invocation.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { namesOf, unknownFunction } from "../../exposure.ts";
import { clipped } from "../../json/clipped.ts";
import { shownAddress } from "../../json/parts-json.ts";
import { shownOrPreview } from "../../json/preview.ts";
import { heldJson } from "../../routes/held-answer.ts";
import { Listing, readBytes } from "../../routes/listing.ts";
import { limitOf, positionOf } from "../../routes/pages.ts";
import type { SurfaceFunction, SurfaceHost } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminHost, ListedRow } from "../admin-host.ts";
import { etagOf } from "../state-tag.ts";
import { shownTrouble } from "../trouble-json.ts";

/** State, mailbox and timers of an instance as they are now: one list over all three, page by page. */
export function instanceRoute(
  address: WireAddress,
  { request, query, host, admin, room }: Omit<AdminCall, "names">,
): Promise<SurfaceResponse> {
  const fn = functionOf(address.typename, host);
  const start = placeOf(query.get("after"));
  const listing = new Listing(limitOf(query));
  return room.turn(request, async () => {
    const page = {
      state: new Map<string, unknown>(),
      mailbox: [] as object[],
      timers: [] as object[],
    };
    let mailboxLength = 0;
    let next: PartPlace | undefined = start;
    while (next !== undefined && listing.left > 0 && !listing.isFull) {
      const look = await host.look(address, next, { limit: listing.left, maxBytes: readBytes });
      mailboxLength = look.mailboxLength;
      if (look.parts.length === 0) next = undefined;
      for (const part of look.parts) {
        const shownPart = await listing.take(part.value, () => shownOf(part, fn, host));
        if (shownPart === undefined) break;
        next = part;
        if (part.kind === "state") page.state.set(part.key, shownPart);
        else (part.kind === "message" ? page.mailbox : page.timers).push(shownPart);
      }
    }
    const row = await rowOf(address, admin);
    const isThere = row !== undefined || mailboxLength > 0 || listing.left < limitOf(query);
    // A misspelt name is worth more than an empty instance of it.
    if (!isThere && host.functionOf(address.typename) === undefined) {
      throw unknownFunction(address.typename, namesOf(host.functions()));
    }
    const body = {
      typename: address.typename,
      id: clipped(address.id),
      state: Object.fromEntries(page.state),
      mailboxLength,
      mailbox: page.mailbox,
      timers: page.timers,
      ...(row === undefined ? {} : conditionOf(row)),
      ...(next && { next: textOf(next) }),
    };
    return heldJson(room, request, body, { "cache-control": "no-store" });
  });
}

/** What is known of it besides: undefined where this engine does not know it, and for one that is not there. */
async function rowOf(address: WireAddress, admin: AdminHost): Promise<ListedRow | undefined> {
  const { typename, id } = address;
  if (admin.instance !== undefined) return admin.instance(address);
  if (admin.lacks.instances !== undefined) return undefined;
  const { instances } = await admin.instances({ typename, prefix: id, limit: 1 });
  return instances.find((one) => one.id === id);
}

/** What is worth a word: an instance at rest has none of it. */
function conditionOf({ oldestMs, isRunning, isPaused, trouble }: ListedRow): object {
  return {
    ...(isPaused ? { paused: true } : {}),
    ...(isRunning ? { running: true } : {}),
    ...(oldestMs === undefined ? {} : { oldestMs }),
    ...(trouble === undefined ? {} : { trouble: shownTrouble(trouble) }),
  };
}

/**
 * A function that an operator names. Of one that is not bound messages may wait, to a name that is misspelt, or states and a
 * pause may be there that an earlier version has left: nothing but the name is known of it.
 */
export function functionOf(typename: string, host: SurfaceHost): SurfaceFunction {
  const fn = host.functionOf(typename);
  if (fn !== undefined) return fn;
  assertUserTypename(typename, "a function");
  return { typename };
}

async function shownOf(
  { kind, key, value, timer }: InstancePart,
  { accepts, states }: SurfaceFunction,
  host: SurfaceHost,
): Promise<object> {
  if (kind === "state") {
    return { ...(await shownOrPreview(value, states?.get(key)?.type)), etag: etagOf(value) };
  }
  if (timer === undefined)
    return { number: String(key), ...(await shownOrPreview(value, accepts)) };
  const { dueAt, target, token } = timer;
  return {
    number: String(key),
    atMs: dueAt,
    to: shownAddress(target),
    message: await shownOrPreview(value, host.functionOf(target.typename)?.accepts),
    ...(token === undefined ? {} : { cancellationToken: clipped(token) }),
  };
}

/** In front of everything: no state has an empty name. */
const firstPlace: PartPlace = { kind: "state", key: "" };

const letters = { state: "s", message: "m", timer: "t" } as const;

/** A cursor: where the page before ended. */
function textOf({ kind, key }: PartPlace): string {
  return `${letters[kind]}${key}`;
}

function placeOf(cursor: string | null): PartPlace {
  if (cursor === null) return firstPlace;
  const key = cursor.slice(1);
  if (cursor.startsWith("s")) return { kind: "state", key };
  const kind = cursor.startsWith("m") ? "message" : "timer";
  if (!/^[mt]/.test(cursor)) {
    throw invalid(`after must be a value from an earlier answer, got ${show(cursor)}`);
  }
  return { kind, key: positionOf(key, "after") };
}
