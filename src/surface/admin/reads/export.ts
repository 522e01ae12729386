import { invalid } from "../../../internal/assert.ts";
import { StateFunError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import { answerError, type SurfaceResponse } from "../../answers.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";

/** Exports at one time, of an application: each of a file keeps its log from starting over. */
const maxExports = 4;

const running = new WeakMap<AdminCall["host"], { count: number }>();

export const exportRow: AdminRoute = {
  method: "GET",
  path: "/admin/export",
  does: "read",
  // Besides all data it has what the pages for readers do not show: idempotency keys, by which replies are asked for.
  role: "write",
  summary: "Everything there is, as one export",
  query: [
    {
      name: "values",
      text: "`false` leaves out values that people can read, beside their bytes",
      schema: { type: "boolean", default: true },
    },
  ],
  answers: {
    "200": {
      text: "Lines of JSON, as docs/export-format.md says, as of one moment. It is whole only if it has its line `end`: what fails later cuts the answer off",
      media: "application/x-ndjson",
    },
    "501": { text: "This engine has no export" },
    "503": { text: `${maxExports} exports are running, or the runtime closes` },
  },
  answer: exportRoute,
};

function exportRoute({ request, query, host, admin, onError }: AdminCall): SurfaceResponse {
  const values = valuesOf(query.get("values"));
  if (admin.export === undefined) {
    throw new StateFunError("unsupported", admin.lacks.export ?? "this engine has no export");
  }
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
  return new Response(
    counted(admin.export({ values }), { end: () => held.count--, onError }),
    head,
  );
}

function valuesOf(given: string | null): boolean {
  if (given === null || given === "true") return true;
  if (given === "false") return false;
  throw invalid(`values must be true or false, got ${show(given)}`);
}

interface Ends {
  /** Called once. */
  readonly end: () => void;
  readonly onError: (error: unknown) => void;
}

/** The same stream. The answer has begun, so an error is told to those who run this, and cuts it off. */
function counted(
  stream: ReadableStream<Uint8Array>,
  { end, onError }: Ends,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let hasEnded = false;
  const ended = (): void => {
    if (!hasEnded) end();
    hasEnded = true;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          ended();
          controller.close();
        } catch (error) {
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
