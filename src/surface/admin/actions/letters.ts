import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { notFound, type SurfaceResponse } from "../../answers.ts";
import { boolean, digits, type Schema } from "../../openapi/schema.ts";
import { positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { filterOf, filterProperties } from "../dead-filter.ts";
import { shownJson } from "../json-body.ts";
import { act, done } from "../order.ts";
import { letterAt } from "../reads/dead-letters.ts";

/** Letters of one page of a bulk action. */
const maxPage = 1_000;
const defaultPage = 100;

const properties: Readonly<Record<string, Schema>> = {
  ...filterProperties,
  upTo: {
    ...digits,
    description: "No letter behind this one: what fails again meanwhile stays out",
  },
  after: { ...digits, description: "The `next` of the page before" },
  limit: { type: "integer", minimum: 1, maximum: maxPage, default: defaultPage },
  dryRun: { ...boolean, description: "Only counts" },
};

const conflict = { text: "The key was used for another action" };
const missing = { text: "There is no such dead letter" };

export const letterRows: readonly AdminRoute[] = [
  {
    method: "POST",
    path: "/admin/dead-letters/replay",
    does: "write",
    summary:
      "Sends dead letters again, one page of all that match. Repeat it with `after` as long as there is a `next`",
    body: { kind: "json", properties },
    answers: { "200": done, "409": conflict },
    answer: (call) => lettersRoute("replay-all", call),
  },
  {
    method: "POST",
    path: "/admin/dead-letters/discard",
    does: "write",
    summary: "Deletes dead letters, one page of all that match",
    body: { kind: "json", properties },
    answers: { "200": done, "409": conflict },
    answer: (call) => lettersRoute("discard-all", call),
  },
  {
    method: "POST",
    path: "/admin/dead-letters/{id}/replay",
    does: "write",
    summary: "Sends a dead letter again, behind all that waits",
    answers: { "200": done, "404": missing, "409": conflict },
    answer: (call) => letterRoute("replay", call),
  },
  {
    method: "DELETE",
    path: "/admin/dead-letters/{id}",
    does: "write",
    summary: "Deletes a dead letter",
    answers: { "200": done, "404": missing, "409": conflict },
    answer: (call) => letterRoute("discard", call),
  },
];

async function letterRoute(kind: "replay" | "discard", call: AdminCall): Promise<SurfaceResponse> {
  const [id = ""] = call.names;
  const number = positionOf(id, "the id of a dead letter");
  try {
    return await act(call, { kind, number });
  } catch (error) {
    // With its key a repeated request gets its first answer, so that the letter is only looked for now.
    const isMissing = error instanceof StateFunError && error.code === "invalid_argument";
    if (!isMissing || (await letterAt(call.host, number)) !== undefined) throw error;
    return notFound(`/admin/dead-letters/${id}`);
  }
}

function lettersRoute(
  kind: "replay-all" | "discard-all",
  call: AdminCall,
): Promise<SurfaceResponse> {
  const { upTo, after = "0", limit = defaultPage, dryRun = false, ...filter } = call.body;
  const isPage = typeof limit === "number" && Number.isInteger(limit) && limit >= 1;
  if (!isPage || limit > maxPage) {
    throw invalid(`limit must be an integer from 1 to ${maxPage}, got ${shownJson(limit)}`);
  }
  if (typeof dryRun !== "boolean")
    throw invalid(`dryRun must be a boolean, got ${shownJson(dryRun)}`);
  return act(call, {
    kind,
    filter: filterOf(filter),
    after: numberOf(after, "after"),
    upTo: upTo === undefined ? Number.MAX_SAFE_INTEGER : numberOf(upTo, "upTo"),
    limit,
    isDryRun: dryRun,
  });
}

function numberOf(given: unknown, what: string): number {
  if (typeof given === "string") return positionOf(given, what);
  throw invalid(`${what} must be a text of digits, as an answer has it, got ${shownJson(given)}`);
}
