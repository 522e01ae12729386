import { type HttpBody, httpBodyOf } from "../../http/http-body.ts";
import { typeHeader, typeHeaderOf } from "../../http/http-headers.ts";
import type { BufferedResponse } from "../../http/server-hints.ts";
import { bytesFromText, noBytes } from "../../internal/bytes.ts";
import { show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import { answerError } from "../answers.ts";
import type { SurfaceFunction } from "../surface-host.ts";

/** Of a typename in a header. Clients read 16 KiB of headers, all together. */
const maxTypeBytes = 8_192;

/**
 * A reply as its caller gets it. The message was handled by now: nothing of the reply may look as if the request had
 * been wrong, or as if it should be sent again.
 */
export function answerReply(
  value: WireValue,
  { replies }: SurfaceFunction,
  headers: Readonly<Record<string, string>>,
): BufferedResponse {
  const type = headerOf(value.typename);
  if (type === undefined) {
    const text = `the message was handled, do not send it again: the type of its reply cannot be sent in an HTTP header, got ${show(value.typename)}`;
    return answerError(406, "unsupported_by_wire", text, headers);
  }
  const { contentType, body } = bodyOf(value, replies);
  const bytes = typeof body === "string" ? bytesFromText(body) : body;
  const all = { "content-type": contentType, [typeHeader]: type, ...headers };
  return { status: 200, headers: all, bytes };
}

function headerOf(typename: string): string | undefined {
  try {
    const header = typeHeaderOf(typename);
    return header.length <= maxTypeBytes ? header : undefined;
  } catch {
    return undefined;
  }
}

/** A value that claims to be text but is not is sent as its bytes: its reader finds out, as in process. */
function bodyOf(value: WireValue, replies: SurfaceFunction["replies"]): HttpBody {
  try {
    return httpBodyOf(value, replies);
  } catch {
    const body = new Uint8Array(value.bytes ?? noBytes);
    return { contentType: "application/octet-stream", body };
  }
}
