import type { Action, ActionResult, OrderedBy } from "../../engine/contract/actions.ts";
import { invalid } from "../../internal/assert.ts";
import { isText } from "../../model/guards.ts";
import { answerJson, type SurfaceResponse } from "../answers.ts";
import { integer, object } from "../openapi/schema.ts";
import { keyOf } from "../routes/ingress-route.ts";
import type { AdminCall } from "./admin-call.ts";
import type { Parameter, RouteAnswer } from "./admin-route.ts";
import { shownJson } from "./json-body.ts";

/** Of a reason, in characters: it is stored with the action. */
const maxWhyLength = 1_000;

/** Of every route that writes; in its body as well. */
export const whyParameter: Parameter = {
  name: "why",
  text: `A reason of at most ${maxWhyLength} characters, for what is written down`,
  schema: { type: "string", maxLength: maxWhyLength },
};

/** The answer of every route that writes. */
export const done: RouteAnswer = {
  text: "It is done, and survives a crash",
  schema: object({
    duplicate: { type: "boolean", description: "It was done before, with this key" },
    count: { ...integer, description: "How much was changed" },
    "next?": {
      type: "string",
      description: "Of a page: where the next one begins, as `after`; absent at the end",
    },
  }),
};

/** The key of a request that changes something. */
export function keyFor(headers: Headers): string {
  const key = keyOf(headers);
  if (key !== undefined) return key;
  throw invalid(
    "a request that changes something needs an Idempotency-Key: with the same key it is done once, even if it is sent again",
  );
}

/** Does an action for the operator who has sent the request. */
export async function act(call: AdminCall, action: Action): Promise<SurfaceResponse> {
  return answerResult(await resultOf(call, action));
}

/** The same for an answer of its own. */
export function resultOf(call: AdminCall, action: Action): Promise<ActionResult> {
  return call.admin.act({ ...orderedBy(call), action });
}

/** Who has sent the request, and why. */
export function orderedBy(call: AdminCall): OrderedBy {
  const { operator, request } = call;
  return { key: keyFor(request.headers), who: operator.who, why: whyOf(call) };
}

function answerResult({ isDuplicate, count, next }: ActionResult): SurfaceResponse {
  const page = next === undefined ? {} : { next: String(next) };
  return answerJson(200, { duplicate: isDuplicate, count, ...page });
}

export function whyOf({ query, body }: AdminCall): string | undefined {
  if (query.has("why") && body["why"] !== undefined) {
    throw invalid("why must stand in the query or in the body, not in both");
  }
  const why: unknown = body["why"] ?? query.get("why") ?? undefined;
  if (why === undefined) return undefined;
  if (isText(why) && why.length <= maxWhyLength) return why;
  throw invalid(
    `why must be a text of at most ${maxWhyLength} characters of well-formed Unicode, got ${shownJson(why)}`,
  );
}
