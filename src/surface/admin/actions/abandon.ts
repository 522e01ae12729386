import { inBodyTime, readBody } from "../../../http/read-body.ts";
import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import { answerJson, type SurfaceResponse } from "../../answers.ts";
import { boolean, integer, object } from "../../openapi/schema.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import type { AbandonedPart } from "../moving-host.ts";
import { orderedBy } from "../order.ts";
import { flagOf, integerOf } from "../parameters.ts";
import { longAnswer, longMedia } from "./long-answer.ts";

/** Lines of an export, any of which may have a state of the largest size. */
const maxListBytes = 33_554_432;
/** A Worker makes a request to each of them, and may make 1,000. */
const defaultObjects = 400;
const maxObjects = 10_000;

export const abandonRow: AdminRoute = {
  method: "POST",
  path: "/admin/import/abandon",
  does: "write",
  summary: "Takes away what an import has written that cannot be completed",
  query: [
    {
      name: "sha256",
      text: "Of Durable Objects, where it is needed: the digest of the export, as its end says",
      schema: { type: "string", pattern: "^[0-9a-f]{64}$" },
    },
    {
      name: "check",
      text: "Of Durable Objects: `true` changes nothing, and refuses what cannot be abandoned",
      schema: { type: "boolean", default: false },
    },
    {
      name: "after",
      text: "Of Durable Objects, without a body: the objects behind this one, the `next` of the answer before",
      schema: { type: "string" },
    },
    {
      name: "objects",
      text: "Of Durable Objects, without a body: how many of them are asked at most",
      schema: { type: "integer", minimum: 1, maximum: maxObjects, default: defaultObjects },
    },
    {
      name: "listed",
      text: "Of Durable Objects, without a body: `true` asks those that the directory has, even if it does not have all functions: the others are sent as lists",
      schema: { type: "boolean", default: false },
    },
  ],
  body: {
    kind: "lines",
    text: 'Of Durable Objects: lines of the export as they are, or `{"function": …, "id": …}`, whose objects are asked. Without a body those of the directory are asked. `why` stands in the query',
    isOptional: true,
  },
  answers: {
    "200": {
      text: "Nothing of it is left, which survives a crash; `count` is 0 if there was no unfinished import. Of Durable Objects `count` says how many of those that were `asked` had something of it, and `next` where others follow. With `Accept: application/x-ndjson` as for `POST /admin/import`",
      media: ["application/json", longMedia],
      schema: object({
        "duplicate?": { ...boolean, description: "It was done before, with this key" },
        count: integer,
        "asked?": integer,
        "next?": { type: "string" },
      }),
    },
    "409": {
      text: "The import has replaced what was here, an import is at work, the key was used for something else, or Durable Objects may run or have run since",
    },
    "501": { text: "This engine imports nothing, or cannot list its objects" },
  },
  answer: (call) => (call.admin.abandonPart === undefined ? ofStore(call) : ofObjects(call)),
};

async function ofStore(call: AdminCall): Promise<SurfaceResponse> {
  const { request, query, admin, onError, options } = call;
  for (const name of ["sha256", "check", "after", "objects", "listed"]) {
    if (query.has(name)) {
      throw invalid(`${name} is for Durable Objects: this engine knows its unfinished import`);
    }
  }
  if ((await bodyOf(call)) !== undefined) {
    throw invalid("a list is for Durable Objects: this engine knows what an import has written");
  }
  if (admin.abandonImport === undefined) {
    throw new StateFunError("unsupported", "this engine cannot import an export");
  }
  // Not ended with its connection.
  const done = admin
    .abandonImport(orderedBy(call))
    .then(({ isDuplicate, count }) => ({ duplicate: isDuplicate, count }));
  const takesLines = request.headers.get("accept")?.includes(longMedia) === true;
  const work = { done, sent: Promise.resolve(), progress: () => ({ phase: "abandon" }), onError };
  return longAnswer({ ...work, detail: options.errorDetail }, takesLines);
}

async function ofObjects(call: AdminCall): Promise<SurfaceResponse> {
  const { query, admin } = call;
  const sha256 = query.get("sha256") ?? "";
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(
      `sha256 must name the import by 64 hexadecimal digits in lower case, got ${show(sha256)}`,
    );
  }
  const isCheck = flagOf(query, "check");
  const after = query.get("after") ?? undefined;
  const objects = integerOf(query, "objects", 1, maxObjects) ?? defaultObjects;
  const lines = await bodyOf(call);
  if (lines !== undefined && ["after", "objects", "listed"].some((name) => query.has(name))) {
    throw invalid("after, objects and listed are for a request without a body");
  }
  const want = { sha256, isCheck, after, objects, lines, isListed: flagOf(query, "listed") };
  const part: AbandonedPart | undefined = await admin.abandonPart?.(want, orderedBy(call));
  const { asked = 0, count = 0, next } = part ?? {};
  return answerJson(200, { count, asked, ...(next !== undefined && { next }) });
}

async function bodyOf({ request, options }: AdminCall): Promise<Uint8Array | undefined> {
  if (request.body === null) return undefined;
  const bytes = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, maxListBytes, "33,554,432 bytes", time),
  );
  return bytes.length === 0 ? undefined : bytes;
}
