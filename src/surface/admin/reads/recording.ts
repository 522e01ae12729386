import { refuse } from "../../answers.ts";
import { ref } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute, RouteAnswer } from "../admin-route.ts";
import type { RecordingHost, RecordingState } from "../recording-host.ts";
import { answerRead } from "./answer-read.ts";

/** What every route of recordings answers. */
export const recordingAnswer: RouteAnswer = {
  text: "Whether messages are recorded, and how much was",
  schema: ref("Recording"),
};

export const cannotRecord: RouteAnswer = { text: "This engine records nothing" };

export const recordingRow: AdminRoute = {
  method: "GET",
  path: "/admin/recording",
  does: "read",
  summary: "Whether messages are recorded",
  answers: { "200": recordingAnswer, "501": cannotRecord },
  answer: ({ admin }) => answerRead(shownRecording(recordingOf({ admin }).state())),
};

/** Refuses with 501 where this engine has none. */
export function recordingOf({ admin }: Pick<AdminCall, "admin">): RecordingHost {
  const { recording, lacks } = admin;
  if (recording !== undefined) return recording;
  return refuse(501, "unsupported", lacks.recording ?? cannotRecord.text);
}

export function shownRecording(state: RecordingState): object {
  const { isOn: on, isAlways: always, until, spans, capacity } = state;
  return { on, always, ...(until === undefined ? {} : { untilMs: until }), spans, capacity };
}
