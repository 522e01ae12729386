import { type ApiError, apiUrl, ask } from "../../api/client.ts";
import type { ShownValue } from "../../api/types.ts";
import type { Issue } from "../../form/field-props.ts";
import { noteRefusal } from "../../session/session.ts";
import { base64FromBytes } from "../../ui/values/as-curl.ts";
import { type Draft, requestOf } from "./message.ts";

/** What came of a message, and after how long. */
export interface Outcome {
  readonly draft: Draft;
  readonly tookMs: number;
  readonly receipt?: { readonly id: string; readonly duplicate: boolean };
  readonly reply?: ShownValue;
  readonly error?: ApiError;
}

/** Of a reply that is shown whole. */
const maxShown = 262_144;
const shownStart = 2_000;

/** Sends. Never rejects. */
export async function submit(draft: Draft, why: string): Promise<Outcome> {
  const startedAt = performance.now();
  const { query, headers, body } = requestOf(draft);
  const answer = await ask(apiUrl("send", { ...query, why }), { method: "POST", headers, body })
    .then(async (response) =>
      draft.isCall
        ? { reply: replyIn(response.headers, new Uint8Array(await response.arrayBuffer())) }
        : { receipt: await response.json() },
    )
    .catch((problem) => ({ error: noteRefusal(problem) }));
  return { draft, tookMs: performance.now() - startedAt, ...answer };
}

function replyIn(headers: Headers, bytes: Uint8Array): ShownValue {
  const typename = headers.get("statefun-type") ?? "";
  const media = headers.get("content-type") ?? "";
  const isJson = media.startsWith("application/json");
  if (!isJson && !media.startsWith("text/plain"))
    return { typename, base64: base64FromBytes(bytes) };
  const text = new TextDecoder().decode(bytes);
  const size = bytes.length;
  if (size > maxShown) return { typename, size, preview: text.slice(0, shownStart) };
  return { typename, value: isJson ? JSON.parse(text) : text };
}

/** The issues of a value that a schema refused, by their places. */
export function issuesOf(error: ApiError | undefined): readonly Issue[] {
  return Object(Object(error?.body).error).issues ?? [];
}
