import { inBodyTime, readBody } from "../../../http/read-body.ts";
import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { didYouMean } from "../../../internal/nearest.ts";
import { show } from "../../../internal/show.ts";
import type { WireAddress, WireValue } from "../../../model/invocation.ts";
import { answerError, type SurfaceResponse } from "../../answers.ts";
import { text } from "../../openapi/schema.ts";
import { needed } from "../../routes/pages.ts";
import { finished, mediaOfType, readerOf } from "../../routes/read-message.ts";
import type { SurfaceFunction } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute, Parameter } from "../admin-route.ts";
import { act, done } from "../order.ts";
import { addressParameters } from "../parameters.ts";
import { functionOf } from "../reads/instance.ts";
import { digestIn, etagOf } from "../state-tag.ts";
import { addressOf } from "./instances.ts";

const query: readonly Parameter[] = [
  ...addressParameters,
  { name: "name", text: "Of the state", schema: text, isNeeded: true },
];

const headers: readonly Parameter[] = [
  {
    name: "If-Match",
    text: 'The `ETag` of the value that is there, as it was read; `""` where there is none',
    schema: text,
    isNeeded: true,
  },
];

const answers = {
  "200": done,
  "409": { text: "The key was used for another action" },
  "412": {
    text: "Another value is there by now",
    headers: { ETag: 'Of the value that is there; `""` for none' },
  },
  "503": { text: "A step of the instance has run for too long: try again later" },
};

export const stateRows: readonly AdminRoute[] = [
  {
    method: "PUT",
    path: "/admin/state",
    does: "write",
    summary: "Writes a state between two steps of the instance",
    query,
    headers,
    body: { kind: "value" },
    answers: {
      ...answers,
      "413": { text: "The value is larger than a state may be" },
      "415": { text: "The state cannot be sent in this form" },
      "422": { text: "The type of the state refuses the value" },
    },
    answer: putRoute,
  },
  {
    method: "DELETE",
    path: "/admin/state",
    does: "write",
    summary: "Forgets a state between two steps of the instance",
    query,
    headers,
    answers,
    answer: (call) => {
      const name = needed(call.query, "name");
      const ifMatch = digestIn(call.request.headers);
      const address = addressOf(call);
      return changed(call, address, name, () =>
        act(call, { kind: "clear-state", address, name, ifMatch }),
      );
    },
  },
];

async function putRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { request, options, maxStateBytes } = call;
  const address = addressOf(call);
  const name = needed(call.query, "name");
  const ifMatch = digestIn(request.headers);
  const state = stateOf(call, address.typename, name);
  const read = readerOf(request.headers, state, mediaOfType);
  const body = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, maxStateBytes, "maxStateBytes", time),
  );
  const { typename, bytes = body } = await finished(state, read(body));
  // A state has no headers.
  const value: WireValue = { typename, bytes, headers: [] };
  return changed(call, address, name, () =>
    act(call, { kind: "set-state", address, name, value, ifMatch }),
  );
}

/** A state as what can be sent to it: of its type alone, where the function is bound in this process. */
function stateOf({ host }: AdminCall, typename: string, name: string): SurfaceFunction {
  const what = `state ${name} of ${typename}`;
  const { states } = functionOf(typename, host);
  if (states === undefined || host.isRemote?.(typename) === true) return { typename: what };
  const state = states.get(name);
  if (state !== undefined) return { typename: what, accepts: state.type };
  throw invalid(
    `${typename} has no state ${show(name)}: it has ${[...states.keys()].join(", ") || "none"}${didYouMean(name, states.keys())}`,
  );
}

/** What a change ends with: 412 if another value is there, with the tag of that one. */
async function changed(
  { host }: AdminCall,
  address: WireAddress,
  name: string,
  change: () => Promise<SurfaceResponse>,
): Promise<SurfaceResponse> {
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof StateFunError) || String(error.code) !== "conflict") throw error;
    const exact = { isExact: true, limit: 1, maxBytes: 1 };
    const { parts } = await host.look(address, { kind: "state", key: name }, exact);
    const [now] = parts;
    const etag = now === undefined ? '""' : etagOf(now.value);
    return answerError(412, error.code, error.message, { etag });
  }
}
