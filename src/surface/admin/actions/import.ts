import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { movedCountNames } from "../../../model/moved-counts.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";
import { boolean, integer, object, text } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { flagOf } from "./instances.ts";

export const importRow: AdminRoute = {
  method: "POST",
  path: "/admin/import",
  does: "write",
  summary: "Brings an export into the store: all of it, once",
  query: [
    {
      name: "replace",
      text: "Puts what is in the export in the place of what is here, instead of refusing it",
      schema: { ...boolean, default: false },
    },
    {
      name: "dryRun",
      text: "Changes nothing: it is only looked whether it could be imported",
      schema: { ...boolean, default: false },
    },
  ],
  body: { kind: "lines", text: "The export as it is, of any size" },
  answers: {
    "200": {
      text: "All of it is here, and survives a crash. The export is known by its digest, whatever the key is: with `isDuplicate` it was here before",
      schema: object({
        ...Object.fromEntries(movedCountNames().map((name) => [name, integer])),
        sha256: text,
        isDuplicate: boolean,
      }),
    },
    "409": {
      text: "Something of it is here already, another import is at work, or another one has to be completed first",
    },
    "501": { text: "This engine cannot import" },
  },
  answer: importRoute,
};

async function importRoute({ request, query, admin }: AdminCall): Promise<SurfaceResponse> {
  const replace = flagOf(query, "replace");
  const isDryRun = flagOf(query, "dryRun");
  if (admin.import === undefined) {
    throw new StateFunError("unsupported", "this engine cannot import an export");
  }
  const { body } = request;
  if (body === null) throw invalid("the body must be an export, got none");
  // Not ended with its connection: what has begun to be written is completed.
  return answerJson(200, { ...(await admin.import(body, { replace, isDryRun })) });
}
