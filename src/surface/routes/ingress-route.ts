import type { Answer } from "../../engine/contract/answer.ts";
import type { Arrival } from "../../engine/contract/arrival.ts";
import { assertCallersKey, assertMessageSize, maxKeyBytes } from "../../engine/contract/limits.ts";
import { delayHeader, idempotencyHeader, textOfHeader } from "../../http/http-headers.ts";
import type { HeaderReader, RequestHead } from "../../http/request-head.ts";
import type { BufferedResponse } from "../../http/server-hints.ts";
import { assertInteger, assertNonEmpty, invalid } from "../../internal/assert.ts";
import { longestDelayMs, longestWaitMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import { answerDead, answerJson } from "../answers.ts";
import type { ErrorDetailLevel } from "../options.ts";
import type { SurfaceFunction, SurfaceHost } from "../surface-host.ts";
import { answerReply } from "./answer-reply.ts";
import { finished, mediaOfType, readerOf } from "./read-message.ts";
import { remembered } from "./remembered.ts";

/**
 * `POST /functions/{namespace}/{name}/{id}`: sends, or calls with `Prefer: wait`. Throws what it refuses in the head;
 * nothing has happened then. What it returns takes the body, and resolves when the message survives a crash, or with
 * the reply.
 */
export type Ingress = (head: RequestHead, fn: SurfaceFunction, id: string) => TakeBody;

export type TakeBody = (body: Uint8Array) => Promise<BufferedResponse>;

export function createIngress(
  host: SurfaceHost,
  maxMessageBytes: number,
  errorDetail: ErrorDetailLevel,
): Ingress {
  // Callers repeat their headers.
  const waitIn = remembered(waitOf);
  const mediaIn = remembered(mediaOfType);
  return (head, fn, id) => {
    const { headers } = head;
    const waitMs = waitIn(headers.get("prefer") ?? "");
    const delayMs = delayOf(headers, host);
    if (waitMs !== undefined && delayMs > 0) {
      throw invalid(
        `${delayHeader} and Prefer: wait cannot be combined: a call is delivered at once`,
      );
    }
    const idempotencyKey = keyOf(headers);
    assertCallersKey(idempotencyKey);
    const read = readerOf(headers, fn, mediaIn);
    return async (body) => {
      const made = finished(fn, read(body));
      const argument = made instanceof Promise ? await made : made;
      const target = { typename: fn.typename, id };
      assertMessageSize({ target, argument }, maxMessageBytes, "the message");
      const arrival: Arrival = { target, argument, idempotencyKey, delayMs, way: "http" };
      if (waitMs === undefined) return answerJson(202, await host.send(arrival));
      const applied = { "preference-applied": `wait=${waitMs / 1_000}` };
      return answerCall(await host.call(arrival, waitMs, head.signal), fn, errorDetail, applied);
    };
  };
}

/** The answer to a call that has ended. */
export function answerCall(
  answer: Answer,
  fn: SurfaceFunction,
  errorDetail: ErrorDetailLevel,
  headers: Readonly<Record<string, string>>,
): BufferedResponse {
  if (answer.kind === "error") return answerDead(answer, errorDetail, headers);
  if (answer.kind === "lost") throw answer.error;
  return answerReply(answer.value, fn, headers);
}

/** The milliseconds of `wait=SECONDS`, a decimal fraction allowed; other preferences are nothing to us. */
function waitOf(prefer: string): number | undefined {
  const preference = prefer
    .split(/[,;]/)
    .map((one) => one.trim())
    .find((one) => /^wait\s*(=|$)/i.test(one));
  if (preference === undefined) return undefined;
  const seconds = /^wait\s*=\s*"?(\d+(?:\.\d{1,3})?)"?$/i.exec(preference)?.[1];
  const ms = Math.round(Number(seconds) * 1_000);
  if (ms >= 1 && ms <= longestWaitMs) return ms;
  throw invalid(
    `Prefer must be wait=SECONDS, from 0.001 to ${longestWaitMs / 1_000}, got ${show(preference)}`,
  );
}

function delayOf(headers: HeaderReader, host: SurfaceHost): number {
  const text = headers.get(delayHeader);
  if (text === null) return 0;
  const delayMs = /^\d+$/.test(text) ? Number(text) : text;
  assertInteger(delayMs, delayHeader, 0, longestDelayMs - host.now());
  return delayMs;
}

/** The idempotency key of a request. */
export function keyOf(headers: HeaderReader): string | undefined {
  const text = headers.get(idempotencyHeader);
  if (text === null) return undefined;
  assertNonEmpty(text, idempotencyHeader);
  if (text.length <= maxKeyBytes) return textOfHeader(text);
  throw invalid(`${idempotencyHeader} must have at most ${maxKeyBytes} bytes, got ${text.length}`);
}
