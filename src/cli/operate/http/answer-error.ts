import { brokenOff, noRuntime } from "../../../client/no-runtime.ts";
import { textFromBytes } from "../../../internal/bytes.ts";
import { readResponse } from "../../../internal/read-response.ts";
import { peek } from "../../../internal/show.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Connection } from "./connection.ts";
import type { Answered } from "./exchange.ts";
import { fieldOf, numberIn, textIn } from "./json.ts";

/** Of an answer that is an error. */
const mostErrorBytes = 65_536;

/** Codes after which it may work the next time, or has been done. */
const passing = [
  "unavailable",
  "busy",
  "draining",
  "mailbox_full",
  "store_failed",
  "call_timeout",
  "timed_out",
];
/** Of these, those after which it is certain that nothing was done. */
const refusals = ["busy", "draining", "mailbox_full"];

/** The `Failure` that an answer is about. */
export async function failureOf(connection: Connection, answered: Answered): Promise<Failure> {
  const { response, bytes, place } = answered;
  const error = fieldOf(jsonIn(bytes), "error");
  const remote = textIn(error, "code");
  const said = textIn(error, "message");
  if (remote === undefined || said === undefined) return strange(answered);
  const request = place.replace(" ", ` ${new URL(connection.url).origin}`);
  const message = `${said}${hintOf(remote, place, connection)} (${remote}, ${request})`;
  return new Failure(passing.includes(remote) ? "unavailable" : "invalid_argument", message, {
    ...whatIsKnown(remote, place),
    remote,
    cause: response.status,
  });
}

/** The `Failure` about an answer that no runtime gives. */
export async function strange({ response, bytes, place }: Answered): Promise<Failure> {
  const { code, message } = await noRuntime(response, bytes);
  // A proxy says that it did not get through, or that it got no answer.
  return new Failure(code, `${message} (${place})`, whatIsKnown(code, place));
}

/** Whether a repetition may help, and whether what was asked for may have been done. */
function whatIsKnown(code: string, place: string) {
  const isPassing = passing.includes(code);
  return {
    exitCode: isPassing ? exitCodes.unknown : exitCodes.refused,
    isUnknown: isPassing && !refusals.includes(code) && !place.startsWith("GET"),
  };
}

/** A count in an answer of success, whose JSON is `found`: one that is not there is not zero. */
export async function countOf(
  answered: Answered,
  name: string,
  found: unknown = jsonIn(answered.bytes),
): Promise<number> {
  const count = numberIn(found, name);
  if (count === undefined) throw await strange(answered);
  return count;
}

/** The `Failure` about an answer that was refused, or is not of the kind that was asked for. */
export async function refusalOf(
  connection: Connection,
  response: Response,
  place: string,
): Promise<Failure> {
  try {
    const { bytes } = await readResponse(response, mostErrorBytes, false);
    const answered = { response, bytes, place };
    return response.status === 200 ? strange(answered) : failureOf(connection, answered);
  } catch (cause) {
    const { code, message } = brokenOff(response, cause);
    const { exitCode } = whatIsKnown(code, place);
    return new Failure(code, message, { exitCode });
  }
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
    return hasToken
      ? ": the server does not accept these credentials"
      : ": give a token by --token or STATEFUN_TOKEN";
  }
  if (code === "idempotency_conflict" && place.endsWith("/admin/state")) {
    return ": the first time it had another --if-match: give that one again, with the same --key";
  }
  const isRoute = code === "not_found" && / \S*\/admin\/(?!dead-letters\/\d)/.test(place);
  const hint = ": the option http.admin is not set there, the base path is missing in --url";
  return isRoute ? `${hint}, or that version has no such route` : "";
}
