import type { Arrival } from "../../engine/contract/arrival.ts";
import { assertMessageSize, maxKeyBytes } from "../../engine/contract/limits.ts";
import { delayHeader, idempotencyHeader, textOfHeader } from "../../http/http-headers.ts";
import { inBodyTime } from "../../http/read-body.ts";
import { assertInteger, assertNonEmpty, invalid } from "../../internal/assert.ts";
import { longestDelayMs, longestWaitMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import { answerDead, answerJson } from "../answers.ts";
import type { ErrorDetailLevel } from "../options.ts";
import type { SurfaceFunction, SurfaceHost } from "../surface-host.ts";
import { answerReply } from "./answer-reply.ts";
import { readMessage } from "./read-message.ts";

export interface IngressSettings {
  readonly maxMessageBytes: number;
  readonly errorDetail: ErrorDetailLevel;
  readonly bodyTimeoutMs: number;
}

/** `POST /functions/{namespace}/{name}/{id}`: sends, or calls with `Prefer: wait`. */
export async function ingressRoute(
  request: Request,
  fn: SurfaceFunction,
  id: string,
  host: SurfaceHost,
  { maxMessageBytes, errorDetail, bodyTimeoutMs }: IngressSettings,
): Promise<Response> {
  const { headers } = request;
  const waitMs = waitOf(headers);
  const delayMs = delayOf(headers, host);
  if (waitMs !== undefined && delayMs > 0) {
    throw invalid(
      `${delayHeader} and Prefer: wait cannot be combined: a call is delivered at once`,
    );
  }
  const idempotencyKey = keyOf(headers);
  const argument = await inBodyTime(bodyTimeoutMs, (time) =>
    readMessage(request, fn, maxMessageBytes, time),
  );
  const target = { typename: fn.typename, id };
  assertMessageSize({ target, argument }, maxMessageBytes, "the message");
  const arrival: Arrival = { target, argument, idempotencyKey, delayMs };
  if (waitMs === undefined) return answerJson(202, await host.send(arrival));
  const answer = await host.call(arrival, waitMs, request.signal);
  const applied = { "preference-applied": `wait=${waitMs / 1_000}` };
  if (answer.kind === "error") return answerDead(answer, errorDetail, applied);
  if (answer.kind === "lost") throw answer.error;
  return answerReply(answer.value, fn, applied);
}

/** The milliseconds of `wait=SECONDS`, a decimal fraction allowed; other preferences are nothing to us. */
function waitOf(headers: Headers): number | undefined {
  const preference = (headers.get("prefer") ?? "")
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

function delayOf(headers: Headers, host: SurfaceHost): number {
  const text = headers.get(delayHeader);
  if (text === null) return 0;
  const delayMs = /^\d+$/.test(text) ? Number(text) : text;
  assertInteger(delayMs, delayHeader, 0, longestDelayMs - host.now());
  return delayMs;
}

function keyOf(headers: Headers): string | undefined {
  const text = headers.get(idempotencyHeader);
  if (text === null) return undefined;
  assertNonEmpty(text, idempotencyHeader);
  if (text.length <= maxKeyBytes) return textOfHeader(text);
  throw invalid(`${idempotencyHeader} must have at most ${maxKeyBytes} bytes, got ${text.length}`);
}
