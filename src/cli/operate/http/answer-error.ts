import { noRuntime } from "../../../client/no-runtime.ts";
import { textFromBytes } from "../../../internal/bytes.ts";
import { peek } from "../../../internal/show.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import type { Answered } from "./exchange.ts";
import { fieldOf, textIn } from "./json.ts";

/** Codes after which it may work the next time, or has been done. */
const passing = ["unavailable", "busy", "draining", "store_failed", "call_timeout", "timed_out"];
/** Of these, those after which it is certain that nothing was done. */
const refusals = ["busy", "draining"];

/** The `Failure` that an answer is about. */
export async function failureOf(connection: Connection, answered: Answered): Promise<Failure> {
  const { response, bytes, place } = answered;
  const error = fieldOf(jsonIn(bytes), "error");
  const remote = textIn(error, "code");
  const said = textIn(error, "message");
  if (remote === undefined || said === undefined) return strange(answered);
  const isPassing = passing.includes(remote);
  const message = `${said}${hintOf(remote, place, connection)} (${remote}, ${place})`;
  return new Failure(isPassing ? "unavailable" : "invalid_argument", message, {
    exitCode: isPassing ? exitCodes.unknown : exitCodes.refused,
    remote,
    isUnknown: isPassing && !refusals.includes(remote) && !place.startsWith("GET"),
    cause: response.status,
  });
}

/** The `Failure` about an answer that no runtime gives. */
export async function strange({ response, bytes, place }: Answered): Promise<Failure> {
  const { code, message } = await noRuntime(response, bytes);
  // A proxy says that it did not get through, or that it got no answer.
  const isPassing = code === "unavailable" || code === "call_timeout";
  const exitCode = isPassing ? exitCodes.unknown : exitCodes.refused;
  const isUnknown = isPassing && !place.startsWith("GET");
  return new Failure(code, `${message} (${place})`, { exitCode, isUnknown });
}

/** The body as JSON; undefined for anything else. */
export function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(textFromBytes(bytes));
  } catch {
    return undefined;
  }
}

export function remoteCodeOf(error: unknown): unknown {
  return peek(error, "remote");
}

function hintOf(code: string, place: string, { hasToken }: Connection): string {
  if (code === "unauthenticated") {
    return hasToken ? "" : ": give a token by --token or STATEFUN_TOKEN";
  }
  if (code === "idempotency_conflict" && place.endsWith("/admin/state")) {
    return ": the first time it had another --if-match: give that one again, with the same --key";
  }
  const isRoute = code === "not_found" && / \S*\/admin\/(?!dead-letters\/\d)/.test(place);
  const hint = ": the option http.admin is not set there, the base path is missing in --url";
  return isRoute ? `${hint}, or that version has no such route` : "";
}
