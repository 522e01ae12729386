import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { movedCountNames } from "../../../model/moved-counts.ts";
import type { SurfaceResponse } from "../../answers.ts";
import { boolean, integer, object, text } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { ImportStep } from "../admin-host.ts";
import type { AdminRoute } from "../admin-route.ts";
import { flagOf } from "../parameters.ts";
import { longAnswer, longMedia } from "./long-answer.ts";

const lines = [
  "All of it is here, and survives a crash. The digest identifies the export, not the key: with `isDuplicate` it was here before.",
  "To `Accept: application/x-ndjson` an import that takes more than a few seconds is answered with lines of JSON:",
  'at once and every ten seconds `{"progress":{"phase","lines","bytes"}}`, and at the end `{"status":200,"result":…}` with what stands here,',
  'or `{"status","error"}` as the refusal would have been. Without that line it may go on: repeat it',
] as const;

export const importRow: AdminRoute = {
  method: "POST",
  path: "/admin/import",
  does: "write",
  summary: "Brings an export into the store: all of it, once",
  query: [
    {
      name: "replace",
      text: "Replaces what is here with what is in the export, instead of refusing it",
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
      text: lines.join(" "),
      media: ["application/json", longMedia],
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

async function importRoute({
  request,
  query,
  admin,
  onError,
  options: { errorDetail: detail },
}: AdminCall): Promise<SurfaceResponse> {
  const replace = flagOf(query, "replace");
  const isDryRun = flagOf(query, "dryRun");
  if (admin.import === undefined) {
    throw new StateFunError("unsupported", "this engine cannot import an export");
  }
  if (request.body === null) throw invalid("the body must be an export, got none");
  let last: ImportStep = { phase: "check", lines: 0, bytes: 0 };
  const onProgress = (step: ImportStep): void => {
    last = step;
  };
  const { body, sent } = watched(request.body);
  // Not ended with its connection: what has begun to be written is completed.
  const done = admin
    .import(body, { replace, isDryRun, onProgress })
    .then((summary) => ({ ...summary }));
  const takesLines = request.headers.get("accept")?.includes(longMedia) === true;
  return longAnswer({ done, sent, progress: () => last, onError, detail }, takesLines);
}

/** The same bytes, and when the last of them has come. */
function watched(bytes: ReadableStream<Uint8Array>): {
  readonly body: ReadableStream<Uint8Array>;
  readonly sent: Promise<void>;
} {
  let end = (): void => {};
  const sent = new Promise<void>((resolve) => {
    end = resolve;
  });
  const body = bytes.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({ flush: () => end() }),
  );
  return { body, sent };
}
