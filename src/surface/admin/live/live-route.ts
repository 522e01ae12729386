import { invalid } from "../../../internal/assert.ts";
import { bytesFromText } from "../../../internal/bytes.ts";
import { Deadline } from "../../../internal/deadline.ts";
import { didYouMean } from "../../../internal/nearest.ts";
import { show } from "../../../internal/show.ts";
import { operatorWatch } from "../../admission.ts";
import { answerError, refuse, type SurfaceResponse } from "../../answers.ts";
import { text } from "../../openapi/schema.ts";
import {
  dismissal,
  eventStreamHead,
  streamHeaders,
  type Watch,
} from "../../routes/event-stream.ts";
import { type HeldStreamParts, heldStream } from "../../routes/held-stream.ts";
import type { SurfaceHost } from "../../surface-host.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { lackOf, Snapshots, topicNames } from "./snapshots.ts";

/** Streams of operators at one time: a page or two of each. */
const maxStreams = 50;
/** How often it is looked whether something has changed. */
const localMs = 1_000;
/** The same where each look is a request to an object, which is billed. */
const objectsMs = 5_000;
/** Proxies end connections on which nothing comes for a minute. */
const heartbeatMs = 15_000;
const farewell = "\n: closed because nothing was read: connect again\n";

export const liveRow: AdminRoute = {
  method: "GET",
  path: "/admin/live",
  does: "read",
  summary: "Snapshots of what changes, once a second while it does, as server-sent events",
  query: [
    {
      name: "topics",
      text: `Names with commas between them, of ${topicNames.join(", ")}`,
      schema: { ...text, default: "overview" },
    },
  ],
  answers: {
    "200": {
      text: 'Events: `event` is the topic, `data` is JSON as the route of the topic answers it, except that `functions` is `{"functions":{TYPENAME:counters}}` with `leftOut`, a number, where not all of them fit, `troubles` and `errors` have at most 20 entries, `messages` has the newest 50, and `{"isTooLarge":true}` stands for more than 128 KiB',
      media: "text/event-stream",
    },
    "501": { text: "This engine cannot tell one of the topics" },
  },
  answer: liveRoute,
};

/** What the streams of an application share. */
interface Live {
  count: number;
  readonly everyMs: number;
  readonly snapshots: Snapshots;
}

const all = new WeakMap<SurfaceHost, Live>();

function liveRoute(call: AdminCall): SurfaceResponse {
  const { request, host, options, onError, room } = call;
  const topics = topicsOf(call);
  if (request.method === "HEAD") return eventStreamHead();
  const live = liveOf(call);
  if (live.count >= maxStreams) {
    return answerError(
      503,
      "unavailable",
      `limit of ${maxStreams} live streams reached: close one`,
    );
  }
  const watch = operatorWatch(request, options, onError);
  live.count++;
  const onEnd = (): void => {
    live.count--;
  };
  const hasEnded = async (): Promise<boolean> => (await host.health(false)).status !== "ok";
  const next = changesOf(topics, live, watch, hasEnded);
  const body = heldStream({ room, next, farewell, onEnd });
  return new Response(body, { status: 200, headers: streamHeaders });
}

function liveOf({ host, admin }: AdminCall): Live {
  const found = all.get(host);
  if (found !== undefined) return found;
  const everyMs = host.engine === "durable-object" ? objectsMs : localMs;
  const live = { count: 0, everyMs, snapshots: new Snapshots({ host, admin }, everyMs) };
  all.set(host, live);
  return live;
}

function topicsOf(call: AdminCall): readonly string[] {
  const asked = (call.query.get("topics") ?? "overview").split(",").map((one) => one.trim());
  for (const topic of asked) {
    if (!topicNames.includes(topic)) {
      throw invalid(
        `topics must be of ${topicNames.join(", ")}, got ${show(topic)}${didYouMean(topic, topicNames)}`,
      );
    }
    const lack = lackOf(topic, call);
    if (lack !== undefined) refuse(501, "unsupported", lack);
  }
  return [...new Set(asked)];
}

/**
 * The events of one stream. They are made when its reader has taken those before: for a reader that stalls nothing is
 * made, and afterwards it gets the newest.
 */
function changesOf(
  topics: readonly string[],
  { snapshots, everyMs }: Live,
  watch: Watch | undefined,
  hasEnded: () => Promise<boolean>,
): HeldStreamParts["next"] {
  const { everyMs: askMs = Number.POSITIVE_INFINITY } = watch ?? {};
  const seen = new Map<string, number>();
  let askAt = performance.now() + askMs;
  let saidAt = performance.now();
  let turn = 0;
  let isOver = false;
  const said = (bytes: Uint8Array): Uint8Array => {
    saidAt = performance.now();
    return bytes;
  };
  return async (signal) => {
    for (;;) {
      if (isOver || signal.aborted) return undefined;
      if (watch !== undefined && performance.now() >= askAt) {
        isOver = !(await watch.isStillIn());
        if (isOver) return bytesFromText(dismissal);
        askAt = performance.now() + askMs;
      }
      // One topic at a time, in turn: a stream never holds more than one snapshot.
      for (let left = topics.length; left > 0; left--) {
        const topic = topics[turn++ % topics.length] ?? "";
        const { version, bytes } = await snapshots.of(topic);
        if (seen.get(topic) === version) continue;
        seen.set(topic, version);
        return said(bytes());
      }
      // A runtime that takes nothing more changes no more: its last snapshots say so.
      if (await hasEnded()) return undefined;
      if (performance.now() - saidAt >= heartbeatMs) return said(bytesFromText(": still here\n\n"));
      await pause(everyMs, signal);
    }
  };
}

/** Ends early with its stream. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wait = new Deadline(ms, signal, () => {});
    const end = (): void => {
      wait.done();
      resolve();
    };
    wait.signal.addEventListener("abort", end, { once: true });
    if (wait.signal.aborted) end();
  });
}
