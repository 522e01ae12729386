import { textFromBytes } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { readResponse } from "../internal/read-response.ts";
import { peek, reasonOf, show } from "../internal/show.ts";

/** How much is read of an answer that is not understood, to describe it. */
const glanceBytes = 1_000;

/**
 * The code for a refusal without a code of ours. A proxy has answered, or the URL belongs to something else:
 * `unavailable` means that the next try may succeed.
 */
const codes: { readonly [status: number]: StateFunErrorCode } = {
  401: "unauthenticated",
  403: "unauthenticated",
  404: "unknown_function",
  406: "unsupported_by_wire",
  407: "unauthenticated",
  408: "unavailable",
  409: "idempotency_conflict",
  410: "unknown_function",
  413: "limit_exceeded",
  414: "limit_exceeded",
  421: "unavailable",
  422: "value_invalid",
  423: "unavailable",
  425: "unavailable",
  429: "mailbox_full",
  431: "limit_exceeded",
  501: "malformed_request",
  504: "call_timeout",
  505: "malformed_request",
  511: "unauthenticated",
};

export function codeOfStatus(status: number): StateFunErrorCode {
  const known = codes[status];
  if (known !== undefined) return known;
  if (status >= 500) return "unavailable";
  // A page, or the way to one: it will be there the next time, too.
  return status >= 400 ? "invalid_argument" : "malformed_request";
}

/** The error about an answer that no runtime gives. `bytes`: its body, if it was read. */
export async function noRuntime(response: Response, bytes?: Uint8Array): Promise<StateFunError> {
  const { status, type, url, headers } = response;
  const found: string[] = [];
  // A browser shows no more of a redirect.
  if (type === "opaqueredirect") found.push("a redirect");
  else found.push(String(status));
  const location = headers.get("location");
  if (location !== null) found.push(`to ${show(location.replace(/[?#].*/s, ""))}`);
  const media = headers.get("content-type");
  if (media !== null) found.push(media.slice(0, 80));
  const start = startOf(bytes ?? (await glance(response)));
  const text = `the answer of ${show(url)} is not from a statefun runtime: ${found.join(" ")}${start}`;
  return new StateFunError(codeOfStatus(status), text);
}

function startOf(bytes: Uint8Array): string {
  try {
    const text = textFromBytes(bytes.subarray(0, glanceBytes)).replace(/\s+/g, " ").trim();
    return text === "" ? "" : `: ${show(text)}`;
  } catch {
    return `: ${bytes.length} bytes`;
  }
}

async function glance(response: Response): Promise<Uint8Array> {
  try {
    return (await readResponse(response, glanceBytes, false)).bytes;
  } catch {
    return new Uint8Array();
  }
}

/** The error for an answer whose body cannot be read to its end. */
export function brokenOff({ url, headers }: Response, cause: unknown): StateFunError {
  const reason = `${reasonOf(cause)} ${peek(peek(cause, "cause"), "message") ?? ""}`.trim();
  // A runtime never compresses. A broken connection is another error than a wrong encoding.
  const encoding = headers.get("content-encoding");
  const isGarbage =
    encoding !== null && /header check|not .*(?:gzip|deflate)|corrupt|invalid|Zlib/i.test(reason);
  if (!isGarbage) {
    return new StateFunError("unavailable", `the answer of ${url} ended early: ${reason}`, {
      cause,
    });
  }
  const broken = `its encoding should be ${show(encoding)}: ${reason}`;
  const text = `the answer of ${show(url)} is not from a statefun runtime: ${broken}`;
  return new StateFunError("malformed_request", text, { cause });
}
