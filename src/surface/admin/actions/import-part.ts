import { inBodyTime, readBody } from "../../../http/read-body.ts";
import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { flagOf, integerOf } from "../parameters.ts";

/** A line may have a state of the largest size. */
const maxPartBytes = 33_554_432;

export const importPartRow: AdminRoute = {
  method: "POST",
  path: "/admin/import/part",
  does: "write",
  summary:
    "Lines of an export, for Durable Objects: all parts are checked first, then all are written, in order",
  query: [
    {
      name: "sha256",
      text: "Of the export, as its end says: a part that comes again is left out",
      schema: { type: "string", pattern: "^[0-9a-f]{64}$" },
      isNeeded: true,
    },
    {
      name: "from",
      text: "The number of the first of these lines in the export, whose header is line 1",
      schema: { type: "integer", minimum: 2 },
      isNeeded: true,
    },
    {
      name: "check",
      text: "`true` changes nothing, and refuses what is here already",
      schema: { type: "boolean", default: false },
    },
    {
      name: "replace",
      text: "`true` replaces what is here",
      schema: { type: "boolean", default: false },
    },
  ],
  body: { kind: "lines", text: "Lines of the export as they are, without its header and its end" },
  answers: {
    "200": {
      text: "All of them are stored",
      schema: {
        type: "object",
        properties: { records: { type: "integer" } },
        required: ["records"],
      },
    },
    "409": { text: "Something is here already, or the application may run" },
    "501": { text: "This engine imports an export as a whole, or has no place for a record" },
  },
  answer: importPartRoute,
};

async function importPartRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { request, query, admin, options } = call;
  if (admin.importPart === undefined) {
    const text = "this engine imports an export as a whole: POST /admin/import";
    throw new StateFunError("unsupported", text);
  }
  const sha256 = query.get("sha256") ?? "";
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(`sha256 must be 64 hexadecimal digits in lower case, got ${show(sha256)}`);
  }
  const from = integerOf(query, "from", 2);
  if (from === undefined) throw invalid("the parameter from is missing");
  const lines = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, maxPartBytes, "33,554,432 bytes", time),
  );
  const [isCheck, replace] = [flagOf(query, "check"), flagOf(query, "replace")];
  const records = await admin.importPart({ sha256, from, isCheck, replace, lines });
  return answerJson(200, { records });
}
