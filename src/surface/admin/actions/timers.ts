import { positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { act, done } from "../order.ts";

const answers = {
  "200": done,
  "409": { text: "It has fired or was cancelled, or the key was used for another action" },
};

export const timerRows: readonly AdminRoute[] = [
  {
    method: "DELETE",
    path: "/admin/timers/{number}",
    does: "write",
    summary: "Takes a timer back",
    answers,
    answer: (call) => act(call, { kind: "cancel-timer", number: numberOf(call) }),
  },
  {
    method: "POST",
    path: "/admin/timers/{number}/fire",
    does: "write",
    summary: "Lets a timer fire now",
    answers,
    answer: (call) => act(call, { kind: "fire-timer", number: numberOf(call) }),
  },
];

function numberOf({ names: [number = ""] }: AdminCall): number {
  return positionOf(number, "the number of a timer");
}
