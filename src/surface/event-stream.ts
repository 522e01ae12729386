import type { EgressRow, Position } from "../engine/records.ts";
import { bytesFromText } from "../internal/bytes.ts";
import { answerError } from "./answers.ts";
import { keptPage } from "./kept-page.ts";
import type { Page } from "./pages.ts";
import type { KeptEgress, SurfaceHost } from "./surface-host.ts";

/** Streams at one time: each holds a connection, and asks the store when records come. */
const maxStreams = 1_000;
/** Proxies end connections on which nothing comes for a minute. */
const heartbeatMs = 15_000;
/** Records that are read at one time for one stream, and their bytes: a slow reader holds them. */
const pageSize = 100;
const maxPageBytes = 1_048_576;

const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-store" };

const streams = new WeakMap<SurfaceHost, number>();

/**
 * Records as server-sent events, each with its cursor as `id`, for as long as the reader stays. Records are
 * read when the reader has taken those before: a slow one holds a page of them, and nobody up.
 */
export function eventStream(
  { typename }: KeptEgress,
  { after }: Page,
  host: SurfaceHost,
  show: (row: EgressRow) => { readonly cursor: string },
): Response {
  const running = streams.get(host) ?? 0;
  if (running >= maxStreams) {
    return answerError(503, "unavailable", `${maxStreams} event streams are open, which is all`);
  }
  streams.set(host, running + 1);
  let position = after;
  let isOpen = false;
  const over = new AbortController();
  const end = (): void => {
    if (over.signal.aborted) return;
    over.abort();
    streams.set(host, (streams.get(host) ?? 1) - 1);
  };
  /** The next piece of text; undefined when the reader has gone. */
  const next = async (): Promise<string | undefined> => {
    // A server may hold the head back until something comes: a reader knows by it that it is in.
    if (!isOpen) {
      isOpen = true;
      return ": welcome\n\n";
    }
    for (;;) {
      const rows = await keptPage(host, typename, position, pageSize, maxPageBytes);
      if (over.signal.aborted) return undefined;
      const last = rows.at(-1);
      if (last !== undefined) {
        position = last.number;
        return rows.map((row) => event(show(row))).join("");
      }
      const isQuiet = await waited(host, typename, position, over.signal);
      if (over.signal.aborted) return undefined;
      if (isQuiet) return ": still here\n\n";
    }
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let text: string | undefined;
        try {
          text = await next();
        } catch {
          // The engine has ended: the reader comes back with its last cursor.
        }
        if (text !== undefined) {
          controller.enqueue(bytesFromText(text));
          return;
        }
        if (!over.signal.aborted) controller.close();
        end();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: 200, headers: streamHeaders });
}

/** What HEAD is answered. A stream for it would wait for ever: nobody reads its body, nor ends it. */
export function eventStreamHead(): Response {
  return new Response(null, { status: 200, headers: streamHeaders });
}

/** Waits for records; true when none came for so long that the reader should be told of it. */
async function waited(
  host: SurfaceHost,
  egress: string,
  after: Position,
  signal: AbortSignal,
): Promise<boolean> {
  const wait = new AbortController();
  const end = (): void => wait.abort();
  signal.addEventListener("abort", end);
  let isQuiet = false;
  const timer = setTimeout(() => {
    isQuiet = true;
    end();
  }, heartbeatMs);
  try {
    await host.waitKept(egress, after, wait.signal);
    return isQuiet;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

function event(record: { readonly cursor: string }): string {
  return `id: ${record.cursor}\ndata: ${JSON.stringify(record)}\n\n`;
}
