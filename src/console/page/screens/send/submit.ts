import { ApiError, apiUrl, ask } from "../../api/client.ts";
import type { ShownValue } from "../../api/types.ts";
import type { Issue } from "../../form/field-props.ts";
import { isObject } from "../../form/json.ts";
import { noteRefusal } from "../../session/session.ts";
import { base64FromBytes } from "../../ui/values/as-curl.ts";
import type { SendRequest } from "./message.ts";

/** What came of a message, and after how long. */
export type Outcome = { readonly tookMs: number; readonly duplicate?: boolean } & (
  | { readonly kind: "sent"; readonly id: string }
  | { readonly kind: "replied"; readonly value: ShownValue }
  | { readonly kind: "refused"; readonly error: ApiError; readonly issues: readonly Issue[] }
);

/** Of a reply that is shown whole. */
const maxShown = 262_144;
const shownStart = 2_000;

/** Sends. Never rejects. */
export async function submit(request: SendRequest, isCall: boolean): Promise<Outcome> {
  const { query, headers, body } = request;
  const startedAt = performance.now();
  const took = (): number => performance.now() - startedAt;
  try {
    const response = await ask(apiUrl("send", query), { method: "POST", headers, body });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const tookMs = took();
    if (isCall) return { kind: "replied", value: replyIn(response.headers, bytes), tookMs };
    const { id, duplicate } = Object(JSON.parse(new TextDecoder().decode(bytes)));
    return { kind: "sent", id: String(id), duplicate: duplicate === true, tookMs };
  } catch (problem) {
    noteRefusal(problem);
    const error =
      problem instanceof ApiError ? problem : new ApiError(0, "failed", "The answer was cut off.");
    return { kind: "refused", error: explained(error), issues: issuesOf(error), tookMs: took() };
  }
}

/** A server of before answers as to any path that there is not. */
function explained(error: ApiError): ApiError {
  const { status, code, body } = error;
  if (status !== 404 || code !== "not_found") return error;
  return new ApiError(status, code, "This server cannot send for an operator: it is older.", body);
}

function replyIn(headers: Headers, bytes: Uint8Array): ShownValue {
  const typename = headers.get("statefun-type") ?? "";
  const media = headers.get("content-type") ?? "";
  const isText = /^(application\/json|text\/plain)/.test(media);
  if (bytes.length > maxShown) {
    const start = new TextDecoder().decode(bytes.subarray(0, shownStart));
    return { typename, size: bytes.length, preview: isText ? start : "" };
  }
  if (!isText) return { typename, base64: base64FromBytes(bytes) };
  const text = new TextDecoder().decode(bytes);
  return { typename, value: media.startsWith("application/json") ? JSON.parse(text) : text };
}

/** The issues of a value that a schema refused, by their places. */
export function issuesOf({ body }: ApiError): readonly Issue[] {
  const { issues } = Object(Object(body).error);
  if (!Array.isArray(issues)) return [];
  return issues.flatMap((one: unknown) =>
    isObject(one) && Array.isArray(one["path"]) && typeof one["message"] === "string"
      ? [{ path: one["path"], message: one["message"] }]
      : [],
  );
}
