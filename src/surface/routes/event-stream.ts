import type { EgressRow, Position } from "../../engine/contract/records.ts";
import { bytesFromText, joined } from "../../internal/bytes.ts";
import { Deadline } from "../../internal/deadline.ts";
import { answerError, type SurfaceResponse } from "../answers.ts";
import type { KeptEgress, SurfaceHost } from "../surface-host.ts";
import { type HeldStreamParts, heldStream } from "./held-stream.ts";
import { keptPage } from "./kept-page.ts";
import type { Page } from "./pages.ts";
import { StreamLimit } from "./stream-limit.ts";

/** Streams at one time: each holds a connection, and asks the store when records come. */
const maxStreams = 1_000;
/** Proxies end connections on which nothing comes for a minute. */
const heartbeatMs = 15_000;
/** Records that are read at one time for one stream, and their bytes: a slow reader holds them. */
const pageSize = 100;
const maxPageBytes = 1_048_576;

export const streamHeaders = { "content-type": "text/event-stream", "cache-control": "no-store" };

/** For a reader that has not read for long, behind whatever it has of an event: that one is not complete. */
const farewell = "\n: closed because nothing was read: reconnect with Last-Event-ID\n";

/** The last comment for a reader that is no longer admitted. It is sent between events. */
export const dismissal = ": closed because the credentials are no longer accepted\n\n";

/** Whether a reader may stay, and how often that is asked, in milliseconds. */
export interface Watch {
  readonly everyMs: number;
  /** Never rejects. */
  isStillIn(): Promise<boolean>;
}

/** What the streams of an application share. */
interface Streams {
  count: number;
  readonly room: StreamLimit;
}

const streams = new WeakMap<SurfaceHost, Streams>();

/** The room for what readers of an application have not read yet. */
export function roomOf(host: SurfaceHost): StreamLimit {
  return streamsOf(host).room;
}

function streamsOf(host: SurfaceHost): Streams {
  const known = streams.get(host) ?? { count: 0, room: new StreamLimit() };
  streams.set(host, known);
  return known;
}

/**
 * Records as server-sent events, each with its cursor as `id`, for as long as the reader stays. Records are read
 * when the reader has taken those before: a slow reader holds one page of them, a reader that does not read at all
 * is disconnected, and no reader blocks others.
 */
export function eventStream(
  { typename }: KeptEgress,
  { after }: Page,
  host: SurfaceHost,
  show: (row: EgressRow) => { readonly cursor: string },
  watch: Watch | undefined,
): SurfaceResponse {
  const all = streamsOf(host);
  if (all.count >= maxStreams) {
    const text = `limit of ${maxStreams} event streams reached: close one`;
    return answerError(503, "unavailable", text);
  }
  all.count++;
  let position = after;
  const { everyMs = Number.POSITIVE_INFINITY } = watch ?? {};
  let askAt = performance.now() + everyMs;
  let isOver = false;
  const next: HeldStreamParts["next"] = async (signal, hold) => {
    for (;;) {
      if (isOver) return undefined;
      if (watch !== undefined && performance.now() >= askAt) {
        isOver = !(await watch.isStillIn());
        if (isOver) return bytesFromText(dismissal);
        askAt = performance.now() + everyMs;
      }
      const records = await all.room.turn({ signal }, async () => {
        const rows = await keptPage(host, typename, position, pageSize, maxPageBytes);
        if (rows.length === 0) return undefined;
        position = rows.at(-1)?.number ?? position;
        const bytes = joined(rows.map((row) => event(show(row))));
        hold(bytes);
        return bytes;
      });
      if (records !== undefined) return records;
      const quietMs = Math.min(heartbeatMs, Math.max(0, askAt - performance.now()));
      const isQuiet = await waited({ host, egress: typename, after: position, signal, quietMs });
      if (signal.aborted) return undefined;
      if (isQuiet) return bytesFromText(": still here\n\n");
    }
  };
  const onEnd = (): void => {
    all.count--;
  };
  // A server may hold the head back until something comes: a reader knows by it that it is in.
  let isOpen = false;
  const welcomed: HeldStreamParts["next"] = async (signal, hold) => {
    if (isOpen) return next(signal, hold);
    isOpen = true;
    return bytesFromText(": welcome\n\n");
  };
  const body = heldStream({ room: all.room, next: welcomed, farewell, onEnd });
  return new Response(body, { status: 200, headers: streamHeaders });
}

/** The answer to HEAD. A stream would wait for ever, because its body is never read or ended. */
export function eventStreamHead(): Response {
  return new Response(null, { status: 200, headers: streamHeaders });
}

interface Wait {
  readonly host: SurfaceHost;
  readonly egress: string;
  readonly after: Position;
  readonly signal: AbortSignal;
  readonly quietMs: number;
}

/** Waits for records; true if none came for `quietMs`, so that the reader gets a comment. */
async function waited({ host, egress, after, signal, quietMs }: Wait): Promise<boolean> {
  let isQuiet = false;
  const wait = new Deadline(quietMs, signal, () => {
    isQuiet = true;
  });
  try {
    await host.waitKept(egress, after, wait.signal);
    return isQuiet;
  } finally {
    wait.done();
  }
}

function event(record: { readonly cursor: string }): Uint8Array {
  return bytesFromText(`id: ${record.cursor}\ndata: ${JSON.stringify(record)}\n\n`);
}
