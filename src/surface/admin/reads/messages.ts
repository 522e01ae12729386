import { invalid } from "../../../internal/assert.ts";
import { didYouMean } from "../../../internal/nearest.ts";
import { show } from "../../../internal/show.ts";
import { answerError, type SurfaceResponse } from "../../answers.ts";
import {
  boolean,
  choice,
  described,
  digits,
  integer,
  list,
  object,
  ref,
} from "../../openapi/schema.ts";
import { limitOf, needed, positionOf } from "../../routes/pages.ts";
import type { AdminCall } from "../admin-call.ts";
import type { AdminRoute } from "../admin-route.ts";
import { afterNumber, functionParameter, idParameter, limit } from "../parameters.ts";
import { type Span, type SpanOutcome, spanOutcomes } from "../recording-host.ts";
import { answerRead, fitting } from "./answer-read.ts";
import { cannotRecord, recordingOf } from "./recording.ts";

/** Of the stream of what changes. */
const newest = 50;
/** Of a tree, which is bounded by its host. */
const most = 10_000;

export const messagesRow: AdminRoute = {
  method: "GET",
  path: "/admin/messages",
  does: "read",
  summary:
    "What the recording has, newest first: messages, timers and records, without their values",
  query: [
    {
      ...functionParameter,
      text: "A function: messages and timers to it, and records that it has sent",
    },
    { ...idParameter, text: "One instance of `function`" },
    { name: "is", text: "How it is now, or has ended", schema: choice(...spanOutcomes) },
    afterNumber,
    limit,
  ],
  answers: {
    "200": {
      text: "A page of them; `next` is absent at the end",
      schema: object({ messages: list(ref("Span")), "next?": digits }),
    },
    "501": cannotRecord,
  },
  answer: messagesRoute,
};

export const messageRow: AdminRoute = {
  method: "GET",
  path: "/admin/messages/{number}",
  does: "read",
  summary:
    "All that has led to a message, a timer, a record or a dead letter, and all that came of it",
  answers: {
    "200": {
      text: "All of it, oldest first; `causes` of each say how it hangs together",
      schema: object({
        root: described(digits, "The first of them"),
        spans: list(ref("Span")),
        isComplete: described(
          boolean,
          "False where a part was not recorded, or is not in the recording any more",
        ),
        "leftOut?": described(
          integer,
          "How many more there are; those nearest to what was asked for are shown",
        ),
      }),
    },
    "404": { text: "The recording does not have it" },
    "501": cannotRecord,
  },
  answer: messageRoute,
};

async function messagesRoute(call: AdminCall): Promise<SurfaceResponse> {
  const { query } = call;
  const id = query.get("id") ?? undefined;
  const typename =
    id === undefined ? (query.get("function") ?? undefined) : needed(query, "function");
  const after = query.get("after");
  const want = {
    ...{ typename, id, is: outcomeOf(query.get("is")), limit: limitOf(query) },
    after: after === null ? undefined : positionOf(after, "after"),
  };
  const { spans, isMore } = await recordingOf(call).messages(want);
  const messages = fitting(spans.map(shownSpan), want.limit);
  const last = spans[messages.length - 1];
  const hasNext = last !== undefined && (isMore || messages.length < spans.length);
  return answerRead({ messages, ...(hasNext ? { next: String(last.place) } : {}) });
}

async function messageRoute(call: AdminCall): Promise<SurfaceResponse> {
  const [text = ""] = call.names;
  const found = await recordingOf(call).tree(positionOf(text, "the number of a message"));
  if (found === undefined)
    return answerError(404, "not_found", `the recording has no message ${text}`);
  const { root, isComplete } = found;
  // What has no room is what is far away; the answer is in order of time all the same.
  const near = found.spans.slice(0, fitting(found.spans.map(shownSpan), most).length);
  const spans = [...near].sort((one, other) => one.place - other.place).map(shownSpan);
  const leftOut = found.leftOut + found.spans.length - spans.length;
  return answerRead({
    root: String(root),
    spans,
    isComplete,
    ...(leftOut === 0 ? {} : { leftOut }),
  });
}

/** For the stream of what changes. */
export async function shownNewest(
  from: Pick<AdminCall, "admin">,
  maxBytes: number,
): Promise<object> {
  const { spans } = await recordingOf(from).messages({ limit: newest });
  return { messages: fitting(spans.map(shownSpan), newest, maxBytes) };
}

function outcomeOf(text: string | null): SpanOutcome | undefined {
  if (text === null) return undefined;
  const outcome = spanOutcomes.find((one) => one === text);
  if (outcome !== undefined) return outcome;
  const hint = didYouMean(text, spanOutcomes);
  throw invalid(`is must be one of ${spanOutcomes.join(", ")}, got ${show(text)}${hint}`);
}

/** Its texts are bounded by the recording. */
function shownSpan(span: Span): object {
  const { number, kind, causes, isCut, from, to, messageTypename, size, at } = span;
  const { startedAt, durationMs, attempts, outcome, error, letter } = span;
  return {
    number: String(number),
    kind,
    causes: causes.map(String),
    ...(isCut ? { causeUnknown: true } : {}),
    ...{ from, to, messageTypename, size, atMs: Math.round(at) },
    ...(startedAt === undefined ? {} : { startedAtMs: Math.round(startedAt) }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...{ attempts, outcome },
    ...(error === undefined ? {} : { error }),
    ...(letter === undefined ? {} : { deadLetter: String(letter) }),
  };
}
