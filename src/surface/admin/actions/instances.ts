import type { WireAddress } from "../../../model/invocation.ts";
import { boolean, digits } from "../../openapi/schema.ts";
import { needed, positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute, RouteAnswer } from "../admin-route.ts";
import { act, done } from "../order.ts";
import { addressParameters, flagOf } from "../parameters.ts";
import { functionOf } from "../reads/instance.ts";

const conflict: RouteAnswer = { text: "The key was used for another action" };
const notSo: RouteAnswer = {
  text: "It is not as the request says any more, or the key was used for another action",
};

const pauses: readonly AdminRoute[] = (["pause", "resume"] as const).flatMap((kind) => [
  {
    method: "POST",
    path: `/admin/instance/${kind}`,
    does: "write",
    summary:
      kind === "pause"
        ? "Stops an instance: messages are accepted and wait, until it is resumed"
        : "Lets an instance go on",
    query: addressParameters,
    answers: { "200": done, "409": conflict },
    answer: (call) => act(call, { kind, ...addressOf(call) }),
  },
  {
    method: "POST",
    path: `/admin/functions/{namespace}/{name}/${kind}`,
    does: "write",
    summary:
      kind === "pause"
        ? "Stops all instances of a function: messages are accepted and wait, until it is resumed"
        : "Lets a function go on",
    answers: {
      "200": done,
      "409": conflict,
      "501": { text: "This engine cannot pause a function as a whole" },
    },
    answer: (call) => act(call, { kind, typename: typenameOf(call) }),
  },
]);

export const instanceRows: readonly AdminRoute[] = [
  {
    method: "POST",
    path: "/admin/instance/skip",
    does: "write",
    summary:
      "Makes the message at the head of a mailbox a dead letter, so that those behind it run",
    query: [
      ...addressParameters,
      {
        name: "number",
        text: "Of the head, as the mailbox shows it: if another one is there by now, nothing is done",
        schema: digits,
        isNeeded: true,
      },
    ],
    answers: { "200": done, "409": notSo },
    answer: (call) => {
      const number = positionOf(needed(call.query, "number"), "number");
      return act(call, { kind: "skip", address: addressOf(call), number });
    },
  },
  {
    method: "POST",
    path: "/admin/instance/retry",
    does: "write",
    summary: "Ends the wait before the next attempt",
    query: addressParameters,
    answers: { "200": done, "409": conflict },
    answer: (call) => act(call, { kind: "retry", address: addressOf(call) }),
  },
  ...pauses,
  {
    method: "DELETE",
    path: "/admin/instance",
    does: "write",
    summary: "Forgets all states of an instance. What waits in its mailbox stays",
    query: [
      ...addressParameters,
      {
        name: "timers",
        text: "Its timers are taken back too",
        schema: { ...boolean, default: false },
      },
    ],
    answers: {
      "200": done,
      "409": conflict,
      "503": { text: "A step of it has run for too long: try again later" },
    },
    answer: (call) => {
      const withTimers = flagOf(call.query, "timers");
      return act(call, { kind: "delete-instance", address: addressOf(call), withTimers });
    },
  },
];

/** The instance that the query names. */
export function addressOf({ query, host }: AdminCall): WireAddress {
  const { typename } = functionOf(needed(query, "function"), host);
  return { typename, id: needed(query, "id") };
}

function typenameOf({ names, host }: AdminCall): string {
  return functionOf(names.join("/"), host).typename;
}
