import { callKeyOf } from "../../../engine/contract/actions.ts";
import { assertMessageSize } from "../../../engine/contract/limits.ts";
import { delayHeader } from "../../../http/http-headers.ts";
import { inBodyTime, readBody } from "../../../http/read-body.ts";
import { assertInteger, invalid } from "../../../internal/assert.ts";
import { defaultCallMs, longestDelayMs, longestWaitMs } from "../../../internal/limits.ts";
import type { WireValue } from "../../../model/invocation.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";
import { namesOf, unknownFunction } from "../../exposure.ts";
import { boolean, integer, object, text } from "../../openapi/schema.ts";
import { answerCall } from "../../routes/ingress-route.ts";
import { needed } from "../../routes/pages.ts";
import { finished, mediaOfType, readerOf } from "../../routes/read-message.ts";
import type { SurfaceFunction } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { keyFor, resultOf } from "../order.ts";
import { addressParameters, flagOf } from "../parameters.ts";

export const sendRow: AdminRoute = {
  method: "POST",
  path: "/admin/send",
  does: "write",
  summary: "Sends a message to an instance, or calls it; also of a function that is not exposed",
  query: [
    ...addressParameters,
    {
      name: "delayMs",
      text: "Sends the message later. Not for a call",
      schema: { ...integer, minimum: 0, maximum: longestDelayMs, default: 0 },
    },
    {
      name: "call",
      text: "Waits for the reply, and answers with it",
      schema: { ...boolean, default: false },
    },
    {
      name: "timeoutMs",
      text: "How long a call waits",
      schema: { ...integer, minimum: 1, maximum: longestWaitMs, default: defaultCallMs },
    },
  ],
  body: { kind: "value" },
  answers: {
    "200": {
      text: "The reply of a call: JSON or text by its type, or bytes",
      headers: { "Statefun-Type": "The typename of the reply" },
      media: ["application/json", "text/plain", "application/octet-stream"],
      schema: {},
    },
    "202": {
      text: "The message is taken, and survives a crash. With the same key it is taken once",
      schema: object({
        id: text,
        duplicate: { ...boolean, description: "It was taken before, with this key" },
      }),
    },
    "404": { text: "There is no such function" },
    "409": { text: "The key was used for another action" },
    "413": { text: "The message is larger than a message may be" },
    "415": { text: "The function does not take this form" },
    "422": {
      text: "The type of the message refuses the value; or the message of a call became a dead letter, with its error as `cause`",
    },
    "429": { text: "The mailbox is full: try again later" },
    "504": {
      text: "No reply in time: processing continues, and the reply can be asked for again with the same key",
    },
  },
  answer: sendRoute,
};

async function sendRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { host, query, request } = call;
  const fn = sendable(call);
  const address = { typename: fn.typename, id: needed(query, "id") };
  const isCall = flagOf(query, "call");
  const timeoutMs = numberOf(query, "timeoutMs", 1, longestWaitMs) ?? defaultCallMs;
  const delayMs = numberOf(query, "delayMs", 0, longestDelayMs - host.now()) ?? 0;
  assertSensible(call, isCall, delayMs);
  const value = await messageOf(call, fn);
  assertMessageSize({ target: address, argument: value }, call.maxMessageBytes, "the message");
  const sent = await resultOf(call, { kind: "send", address, value, delayMs, isCall });
  if (!isCall) return answerJson(202, { id: sent.id ?? "", duplicate: sent.isDuplicate });
  // The message is taken by now. With its key this waits for it, or gets the reply that there was.
  const idempotencyKey = callKeyOf(keyFor(request.headers));
  const arrival = { target: address, argument: value, idempotencyKey, delayMs };
  const answer = await host.call(arrival, timeoutMs, request.signal);
  // Operators see everything anyway.
  return answerCall(answer, fn, "full", {});
}

function sendable({ query, host }: AdminCall): SurfaceFunction {
  const typename = needed(query, "function");
  const fn = host.functionOf(typename);
  if (fn !== undefined) return fn;
  throw unknownFunction(typename, namesOf(host.functions()));
}

/** As `POST /functions/{namespace}/{name}/{id}` takes it. */
async function messageOf(
  { request, options, maxMessageBytes }: AdminCall,
  fn: SurfaceFunction,
): Promise<WireValue> {
  const read = readerOf(request.headers, fn, mediaOfType);
  const body = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, maxMessageBytes, "maxMessageBytes", time),
  );
  return finished(fn, read(body));
}

/** What would have no effect is refused, instead of being left out. */
function assertSensible({ query, request }: AdminCall, isCall: boolean, delayMs: number): void {
  if (request.headers.has(delayHeader)) {
    throw invalid(`the header ${delayHeader} is not used here: use the parameter delayMs`);
  }
  if (/(^|[,;])\s*wait\s*(=|$)/i.test(request.headers.get("prefer") ?? "")) {
    throw invalid("the header Prefer is not used here: use the parameters call and timeoutMs");
  }
  if (isCall && delayMs > 0) {
    throw invalid("delayMs and call cannot be combined: a call is delivered at once");
  }
  if (!isCall && query.has("timeoutMs")) throw invalid("timeoutMs is for a call: add call=true");
}

function numberOf(
  query: URLSearchParams,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const given = query.get(name);
  if (given === null) return undefined;
  const number = /^\d+$/.test(given) ? Number(given) : given;
  assertInteger(number, name, least, most);
  return number;
}
