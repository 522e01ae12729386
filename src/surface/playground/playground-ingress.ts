import type { Arrival } from "../../engine/contract/arrival.ts";
import { assertMessageSize } from "../../engine/contract/limits.ts";
import { inBodyTime, type OnLate, readBody } from "../../http/read-body.ts";
import { StateFunError } from "../../internal/errors.ts";
import { defaultBodyMs } from "../../internal/limits.ts";
import { didYouMean } from "../../internal/nearest.ts";
import { show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import { answerError, answerJson, methodNotAllowed, type SurfaceResponse } from "../answers.ts";
import { partsOf } from "../path.ts";
import { guardedRoute } from "../request-guard.ts";
import { mediaOf, ofBytes, ofText } from "../routes/read-message.ts";
import type { SurfaceFunction } from "../surface-host.ts";
import type { PlaygroundHost } from "./playground-host.ts";

const prefix = "application/vnd.";

/**
 * The port of `io.statefun.playground.v1/ingress`: `PUT /{namespace}/{function}/{id}` sends the body to an
 * instance. It answers 202 when the message survives a crash; where StateFun's own playground answers 200 to
 * everything, this one says what was wrong. Never rejects.
 */
export function createPlaygroundIngress(
  host: PlaygroundHost,
): (request: Request) => Promise<Response> {
  return guardedRoute((request) => ingressRoute(request, host), host.onError, "full");
}

async function ingressRoute(request: Request, host: PlaygroundHost): Promise<SurfaceResponse> {
  const { pathname } = new URL(request.url);
  const parts = partsOf(pathname, "") ?? [];
  const [namespace, name, id] = parts;
  if (parts.length !== 3 || id === undefined || parts.includes("")) {
    const text = `the path must be /{namespace}/{function}/{id}, got ${show(pathname)}`;
    return answerError(404, "not_found", text);
  }
  const typename = `${namespace}/${name}`;
  const fn = host.functionOf(typename);
  if (fn === undefined) {
    const hint = didYouMean(typename, host.functionNames());
    throw new StateFunError("unknown_function", `unknown function ${show(typename)}${hint}`);
  }
  const { method } = request;
  if (method !== "PUT" && method !== "POST") return methodNotAllowed(method, "PUT, POST");
  const argument = await inBodyTime(defaultBodyMs, (time) =>
    playgroundMessage(request, fn, host.maxMessageBytes, time),
  );
  const target = { typename, id };
  assertMessageSize({ target, argument }, host.maxMessageBytes, "the message");
  const arrival: Arrival = { target, argument, idempotencyKey: undefined, delayMs: 0, way: "http" };
  return answerJson(202, await host.send(arrival));
}

/**
 * The type is in the Content-Type, `application/vnd.NAMESPACE/NAME`, and the body is the bytes of a value of it. A
 * body of any other type, and of none, is text: a `string`.
 */
async function playgroundMessage(
  request: Request,
  fn: SurfaceFunction,
  maxMessageBytes: number,
  time: OnLate,
): Promise<WireValue> {
  const { headers } = request;
  mediaOf(headers);
  const typename = typeIn(headers.get("content-type") ?? "");
  const body = await readBody(request, maxMessageBytes, "maxMessageBytes", time);
  const message =
    typename === undefined ? ofText(fn, undefined, body) : ofBytes(fn, typename, body);
  return { ...message, headers: [] };
}

/** As it is written: names of types have upper and lower case. Several headers of a name come as a list. */
function typeIn(contentType: string): string | undefined {
  const media = contentType.split(",").map((one) => one.replace(/;.*/s, "").trim());
  const named = media.find((one) => one.toLowerCase().startsWith(prefix));
  return named?.slice(prefix.length) || undefined;
}
