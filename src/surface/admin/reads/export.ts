import { inBodyTime, readBody } from "../../../http/read-body.ts";
import { assertTypename, invalid } from "../../../internal/assert.ts";
import { textFromBytes } from "../../../internal/bytes.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { reasonOf, show } from "../../../internal/show.ts";
import { isText } from "../../../model/guards.ts";
import type { WireAddress } from "../../../model/invocation.ts";
import { answerError, type SurfaceResponse } from "../../answers.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute, Parameter } from "../admin-route.ts";
import type { ExportWant } from "../moving-host.ts";
import { flagOf, integerOf } from "../parameters.ts";

/** Exports at one time, of an application: each of a file keeps its log from starting over. */
const maxExports = 4;

const running = new WeakMap<AdminCall["host"], { count: number }>();

/** Objects of a part: each takes two requests to it, and a Worker may make 1,000 for one of its own. */
const defaultObjects = 400;
const maxObjects = 10_000;
/** Of a list of addresses. */
const maxListBytes = 33_554_432;

const exportQuery = [
  {
    name: "values",
    text: "`false` leaves out values that people can read, beside their bytes",
    schema: { type: "boolean", default: true },
  },
  {
    name: "live",
    text: "Of Durable Objects: while they run, so that each object is of a moment of its own",
    schema: { type: "boolean", default: false },
  },
  {
    name: "after",
    text: "Of Durable Objects: the part behind this partition, as the line `more` of the part before says",
    schema: { type: "string" },
  },
  {
    name: "since",
    text: "With `after`: the `time` of the header of the first part",
    schema: { type: "integer", minimum: 0 },
  },
  {
    name: "objects",
    text: "Of Durable Objects: how many of them a part has at most",
    schema: { type: "integer", minimum: 1, maximum: maxObjects, default: defaultObjects },
  },
] as const satisfies readonly Parameter[];

export const exportRow: AdminRoute = {
  method: "GET",
  path: "/admin/export",
  does: "read",
  // Besides all data it has what the pages for readers do not show: idempotency keys, by which replies are asked for.
  role: "write",
  summary: "Everything there is, as one export",
  query: exportQuery,
  answers: {
    "200": {
      text: "Lines of JSON, as docs/export-format.md says, as of one moment. It is whole only if it has its line `end`: what fails later cuts the answer off",
      media: "application/x-ndjson",
    },
    "409": { text: "Durable Objects that may run, or have changed since the export began" },
    "501": { text: "This engine has no export, or cannot list its objects" },
    "503": { text: `${maxExports} exports are running, or the runtime closes` },
  },
  answer: exportRoute,
};

/** The same with a list of addresses: where the directory does not have all of them. */
export const exportOfListRow: AdminRoute = {
  ...exportRow,
  method: "POST",
  // A browser asks so for no page of its own accord.
  does: "write",
  summary: "The objects of these addresses, and of the directory, as one export",
  query: [
    ...exportQuery,
    {
      name: "list",
      text: "`part`: the body has only the addresses that this part needs, the first ones behind `after` in the order of the UTF-8 of `namespace/name/id`, and one more than `objects`; refused where `placement` names objects otherwise",
      schema: { type: "string", enum: ["all", "part"], default: "all" },
    },
  ],
  body: { kind: "lines", text: 'A line `{"function": …, "id": …}` for each address' },
};

async function exportRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { request, query, host, admin, onError } = call;
  const want = wantOf(query, host.engine);
  if (admin.export === undefined) {
    throw new StateFunError("unsupported", admin.lacks.export ?? "this engine has no export");
  }
  const addresses = request.method === "POST" ? await listedIn(call) : undefined;
  const head = {
    headers: {
      "content-type": "application/x-ndjson",
      "content-disposition": 'attachment; filename="export.ndjson"',
    },
  };
  if (request.method === "HEAD") return new Response(null, head);
  const held = running.get(host) ?? { count: 0 };
  running.set(host, held);
  if (held.count >= maxExports) {
    const text = `limit of ${maxExports} running exports reached: wait for the end of one`;
    return answerError(503, "unavailable", text);
  }
  held.count++;
  try {
    const stream = await admin.export({ ...want, addresses });
    return new Response(await begun(stream, { end: () => held.count--, onError }), head);
  } catch (error) {
    held.count--;
    throw error;
  }
}

function wantOf(
  query: URLSearchParams,
  engine: AdminCall["host"]["engine"],
): Omit<ExportWant, "addresses"> {
  const values = flagOf(query, "values", true);
  const isLive = flagOf(query, "live");
  for (const name of ["live", "after", "since", "objects"]) {
    if (query.has(name) && engine !== "durable-object") {
      throw invalid(
        `${name} is for Durable Objects: an export of this engine is of one moment, and whole`,
      );
    }
  }
  const after = query.get("after") ?? undefined;
  const since = integerOf(query, "since", 0);
  if ((after === undefined) !== (since === undefined)) throw invalid("after and since go together");
  const objects = integerOf(query, "objects", 1, maxObjects) ?? defaultObjects;
  const list = query.get("list") ?? "all";
  if (list !== "all" && list !== "part")
    throw invalid(`list must be all or part, got ${show(list)}`);
  return { values, isLive, after, since, objects, isListPart: list === "part" };
}

async function listedIn({ request, host, options }: AdminCall): Promise<readonly WireAddress[]> {
  if (host.engine !== "durable-object") {
    throw invalid("a list of addresses is for Durable Objects: this engine knows its own");
  }
  const bytes = await inBodyTime(options.bodyTimeoutMs, (time) =>
    readBody(request, maxListBytes, "33,554,432 bytes", time),
  );
  const lines = textFromBytes(bytes).split("\n");
  return lines.flatMap((line, index) => (line.trim() === "" ? [] : [addressIn(line, index + 1)]));
}

function addressIn(line: string, number: number): WireAddress {
  try {
    const { function: typename, id } = Object(JSON.parse(line));
    assertTypename(typename, "function");
    if (!isText(id)) throw invalid(`id must be a text, got ${show(id)}`);
    return { typename, id };
  } catch (error) {
    throw invalid(`line ${number} of the list of addresses: ${reasonOf(error)}`);
  }
}

interface Ends {
  /** Called once. */
  readonly end: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The same stream, whose beginning is there: what fails before that is answered as a refusal. What fails later cuts the answer off, and
 * goes to those who run this.
 */
async function begun(
  stream: ReadableStream<Uint8Array>,
  { end, onError }: Ends,
): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  let next: ReturnType<typeof reader.read> | undefined = Promise.resolve(await reader.read());
  let hasEnded = false;
  const ended = (): void => {
    if (!hasEnded) end();
    hasEnded = true;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await (next ?? reader.read());
          next = undefined;
          // Nobody reads it any more.
          if (hasEnded) return;
          if (!done) return controller.enqueue(value);
          ended();
          controller.close();
        } catch (error) {
          if (hasEnded) return;
          ended();
          onError(error);
          throw error;
        }
      },
      async cancel(reason) {
        ended();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
