import type { PartPlace } from "../../../engine/mailboxes/instance-parts.ts";
import { typeHeader, typeHeaderOf } from "../../../http/http-headers.ts";
import { invalid } from "../../../internal/assert.ts";
import { noBytes } from "../../../internal/bytes.ts";
import { show } from "../../../internal/show.ts";
import type { WireValue } from "../../../model/invocation.ts";
import { notFound, type SurfaceResponse } from "../../answers.ts";
import { sha256Of } from "../../json/preview.ts";
import { choice, digits, text } from "../../openapi/schema.ts";
import { heldAnswer } from "../../routes/held-answer.ts";
import { needed, positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { functionParameter, idParameter } from "../parameters.ts";
import { etagOf } from "../state-tag.ts";
import { letterAt } from "./dead-letters.ts";
import { functionOf } from "./instance.ts";

const kinds = ["state", "message", "timer", "dead-letter", "record"] as const;

export const valueRow: AdminRoute = {
  method: "GET",
  path: "/admin/value",
  does: "read",
  summary: "The bytes of one value",
  query: [
    { name: "of", text: "What it is of", schema: choice(...kinds), isNeeded: true },
    { ...functionParameter, text: "Of a state, a message or a timer" },
    { ...idParameter, text: "Of the instance; of a dead letter its own" },
    { name: "name", text: "Of a state", schema: text },
    { name: "number", text: "Of a message or a timer", schema: digits },
    { name: "egress", text: "Of a record", schema: text },
    { name: "cursor", text: "Of a record", schema: digits },
  ],
  headers: [{ name: "If-None-Match", text: "An `ETag` that is known", schema: text }],
  answers: {
    "200": {
      text: "The bytes as they are stored",
      media: "application/octet-stream",
      headers: {
        ETag: "Of the value; of a state what `If-Match` takes",
        "Statefun-Type": "Its typename",
      },
    },
    "304": { text: "It is the one that is known" },
    "404": { text: "There is no such value" },
  },
  answer: valueRoute,
};

/**
 * `GET /admin/value?of=…`: the bytes of one value, whatever they are. A browser must never take them for a page, so they
 * are an attachment of no type.
 */
function valueRoute({ request, query, host, room }: AdminCall): Promise<SurfaceResponse> {
  return room.turn(request, async () => {
    const value = await lookedUp(query, host);
    if (value === undefined) return notFound(`/admin/value?of=${query.get("of")}`);
    const { bytes = noBytes, typename } = value;
    const isState = query.get("of") === "state";
    const etag = isState ? etagOf(value) : `"${await sha256Of(bytes)}"`;
    const headers = { "cache-control": "private, no-cache", etag };
    const known = request.headers.get("if-none-match")?.split(",") ?? [];
    if (known.some((one) => one.trim() === etag)) {
      return new Response(null, { status: 304, headers });
    }
    return heldAnswer(room, request, bytes, {
      ...headers,
      ...typeOf(typename),
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="value"',
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
  });
}

async function lookedUp(
  query: URLSearchParams,
  host: AdminCall["host"],
): Promise<WireValue | undefined> {
  const given = (name: string): string => needed(query, name);
  const of = given("of");
  const numberOf = (name: string): number => positionOf(given(name), name);
  switch (of) {
    case "dead-letter":
      return (await letterAt(host, numberOf("id")))?.argument;
    case "record": {
      const egress = given("egress");
      const number = numberOf("cursor");
      const [row] = await host.kept(egress, number - 1, 1, 1);
      return row?.number === number ? row.argument : undefined;
    }
    case "state":
    case "message":
    case "timer": {
      const { typename } = functionOf(given("function"), host);
      const place: PartPlace =
        of === "state" ? { kind: of, key: given("name") } : { kind: of, key: numberOf("number") };
      const exact = { isExact: true, limit: 1, maxBytes: 1 };
      const { parts } = await host.look({ typename, id: given("id") }, place, exact);
      return parts[0]?.value;
    }
    default:
      throw invalid(`of must be ${kinds.join(", ")}, got ${show(of)}`);
  }
}

/** A name that no header can carry is left out: the lists say it. */
function typeOf(typename: string): Readonly<Record<string, string>> {
  try {
    return { [typeHeader]: typeHeaderOf(typename) };
  } catch {
    return {};
  }
}
