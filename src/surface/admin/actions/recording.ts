import { assertInteger } from "../../../internal/assert.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { keyFor, whyOf } from "../order.ts";
import { answerRead } from "../reads/answer-read.ts";
import { cannotRecord, recordingAnswer, recordingOf, shownRecording } from "../reads/recording.ts";
import type { RecordingOrder } from "../recording-host.ts";

/** Somebody may forget that it is on. */
const longestMinutes = 60;

export const recordingRows: readonly AdminRoute[] = [
  {
    method: "POST",
    path: "/admin/recording",
    does: "write",
    summary:
      "Records what each message leads to, for a while: a recording that runs is prolonged to this time from now",
    query: [
      {
        name: "minutes",
        text: "After which it ends by itself",
        schema: { type: "integer", minimum: 1, maximum: longestMinutes, default: 10 },
      },
    ],
    answers: {
      "200": recordingAnswer,
      "409": { text: "The key was used for something else" },
      "501": cannotRecord,
    },
    answer: async (call) => {
      const minutes = minutesOf(call.query.get("minutes") ?? "10");
      const state = await recordingOf(call).start(minutes, orderOf(call));
      return answerRead(shownRecording(state));
    },
  },
  {
    method: "DELETE",
    path: "/admin/recording",
    does: "write",
    summary: "Ends the recording: what it has can be read until the next one begins",
    answers: {
      "200": recordingAnswer,
      "409": { text: "This runtime always records, or the key was used for something else" },
      "501": cannotRecord,
    },
    answer: async (call) => answerRead(shownRecording(await recordingOf(call).end(orderOf(call)))),
  },
];

function minutesOf(text: string): number {
  const minutes = /^\d+$/.test(text) ? Number(text) : text;
  assertInteger(minutes, "minutes", 1, longestMinutes);
  return minutes;
}

function orderOf(call: AdminCall): RecordingOrder {
  const { operator, request } = call;
  return { key: keyFor(request.headers), who: operator.who, why: whyOf(call) };
}
