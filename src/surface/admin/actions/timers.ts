import { positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute, Parameter } from "../admin-route.ts";
import { act, done } from "../order.ts";
import { functionParameter, idParameter } from "../parameters.ts";
import { addressOf } from "./instances.ts";

/** Where each instance has an engine of its own, numbers of timers are those of an instance. */
const instanceParameters: readonly Parameter[] = [
  {
    ...functionParameter,
    text: "The function of the instance that it is listed for: needed on Durable Objects",
  },
  { ...idParameter, text: "The id of that instance" },
];

const answers = {
  "200": done,
  "409": {
    text: "It has fired or was cancelled, it is one of another instance, or the key was used for another action",
  },
};

export const timerRows: readonly AdminRoute[] = [
  {
    method: "DELETE",
    path: "/admin/timers/{number}",
    does: "write",
    summary: "Takes a timer back",
    query: instanceParameters,
    answers,
    answer: (call) => act(call, { kind: "cancel-timer", ...timerOf(call) }),
  },
  {
    method: "POST",
    path: "/admin/timers/{number}/fire",
    does: "write",
    summary: "Lets a timer fire now",
    query: instanceParameters,
    answers,
    answer: (call) => act(call, { kind: "fire-timer", ...timerOf(call) }),
  },
];

function timerOf(call: AdminCall) {
  const { names, query } = call;
  const number = positionOf(names[0] ?? "", "the number of a timer");
  if (query.get("function") === null && query.get("id") === null) return { number };
  return { number, address: addressOf(call) };
}
