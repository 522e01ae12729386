import { bytesFromText, textFromBytes } from "../../../internal/bytes.ts";
import { inTime } from "../../../internal/deadline.ts";
import { answerFailed, answerJson, answerThrown, type SurfaceResponse } from "../../answers.ts";
import type { ErrorDetailLevel } from "../../options.ts";

/** Work that is not done by then is answered with lines. */
const headAfterMs = 2_000;
/** Proxies end connections on which nothing comes for a minute, and clients do after five. */
const lineEveryMs = 10_000;

export const longMedia = "application/x-ndjson";

/** What may take longer than anybody waits for the head of an answer. */
export interface LongWork {
  readonly done: Promise<object>;
  /** Nothing can be answered before: many clients read nothing while they send. */
  readonly sent: Promise<void>;
  readonly progress: () => object;
  /** Gets an error that callers must not see. */
  readonly onError: (error: unknown) => void;
  readonly detail: ErrorDetailLevel;
}

type Ended = { readonly result: object } | { readonly error: unknown };

/**
 * Work that is soon done is answered as ever. Otherwise the answer of one that takes lines begins: it has `{"progress":…}` at once and every
 * ten seconds, and at the end a line with the `status` and the `result` or the `error` that the answer would have had. Without that line nothing is
 * known. The work goes on whether anybody reads it or not.
 */
export async function longAnswer(work: LongWork, takesLines: boolean): Promise<SurfaceResponse> {
  const { done, sent, progress } = work;
  if (!takesLines) return answerJson(200, await done);
  const ended: Promise<Ended> = done.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
  const nothing = (): undefined => undefined;
  const wait = sent.then(() => inTime(headAfterMs, ended, nothing));
  if ((await Promise.race([ended, wait])) !== undefined) return answerJson(200, await done);
  let isBegun = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const end = isBegun ? await inTime(lineEveryMs, ended, nothing) : undefined;
        isBegun = true;
        controller.enqueue(lineOf(end === undefined ? { progress: progress() } : last(end, work)));
        if (end !== undefined) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": longMedia } });
}

function last(end: Ended, { onError, detail }: LongWork): object {
  if ("result" in end) return { status: 200, result: end.result };
  const answer = answerThrown(end.error, detail);
  if (answer === undefined) onError(end.error);
  const { status, bytes } = answer ?? answerFailed();
  // It was written by us.
  return { status, ...(JSON.parse(textFromBytes(bytes)) as object) };
}

function lineOf(value: object): Uint8Array {
  return bytesFromText(`${JSON.stringify(value)}\n`);
}
