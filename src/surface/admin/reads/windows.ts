import { histogramBounds } from "../../../model/histogram-bounds.ts";
import { ref } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { assertHas } from "../assert-has.ts";
import { answerRead } from "./answer-read.ts";

export const windowsRow: AdminRoute = {
  method: "GET",
  path: "/admin/windows",
  does: "read",
  summary: "Windows, in which steps are written to the store together, and how long that takes",
  answers: {
    "200": { text: "Since the start of this run", schema: ref("Windows") },
    "501": { text: "This engine does not count them" },
  },
  answer: async (call) => {
    assertHas(call.admin, "figures");
    return answerRead(await shownWindows(call));
  },
};

export async function shownWindows({ admin }: Pick<AdminCall, "admin">): Promise<object> {
  const { windows, steps, rows, bytes, commitMs, clockBehindMs } = await admin.figures();
  return { windows, steps, rows, bytes, commitMs, boundsMs: histogramBounds, clockBehindMs };
}
