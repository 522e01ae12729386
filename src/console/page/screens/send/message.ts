import { type Json, parsed } from "../../form/json.ts";
import {
  bodyOfValue,
  headerText,
  mediaTypes,
  problemOf,
  type ValueForm,
} from "../../ui/values/value-text.ts";

/** What the screen sends, before it is a request. */
export interface Draft {
  readonly function: string;
  readonly id: string;
  /** Typename of the message. */
  readonly type: string;
  readonly form: Exclude<ValueForm, "text">;
  /** The JSON, or the base64. */
  readonly body: string;
  readonly delayMs: string;
  readonly isCall: boolean;
  readonly timeoutMs: string;
  readonly key: string;
}

/** A request to `POST /admin/send`. */
export interface SendRequest {
  readonly query: Readonly<Record<string, string | number | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Why a draft cannot be sent yet; undefined: it can. An empty id is an id. */
export function problemOfDraft(draft: Draft): string | undefined {
  const { form, body, isCall } = draft;
  if (draft.function === "") return "choose a function";
  if (draft.type === "") return "name the type of the message";
  if (draft.key === "") return "give an idempotency key";
  const { wrong } = form === "json" ? parsed(body) : {};
  if (wrong !== undefined) return `the value is not JSON: ${wrong}`;
  if (problemOf({ form, text: body }) !== undefined) return "the bytes are not base64";
  if (!/^\d*$/.test(isCall ? draft.timeoutMs : draft.delayMs)) {
    return `the ${isCall ? "time to wait" : "delay"} is in milliseconds`;
  }
  // A header has no line breaks, no control characters, and no blanks around it.
  const isSendable = [draft.type, draft.key].every((one) => /^(?!\s)\P{Cc}*(?<!\s)$/u.test(one));
  return isSendable ? undefined : "the type and the key cannot have control characters";
}

/** How long a message waits before it is delivered, or a caller for the answer. */
export function timesOf({ isCall, delayMs, timeoutMs }: Draft): SendRequest["query"] {
  return isCall
    ? { timeoutMs: Number(timeoutMs) || undefined }
    : { delayMs: Number(delayMs) || undefined };
}

export function requestOf(draft: Draft): SendRequest {
  const { id, type, form, body, isCall, key } = draft;
  const value = bodyOfValue({ form, text: body });
  return {
    query: {
      ...{ function: draft.function, id, call: isCall ? "true" : undefined },
      ...timesOf(draft),
    },
    headers: {
      "content-type": mediaTypes[form],
      "statefun-type": headerText(type),
      "statefun-admin": "1",
      "idempotency-key": headerText(key),
    },
    body: typeof value === "string" ? new TextEncoder().encode(value) : value,
  };
}

/** JSON as somebody would write it. */
export function jsonText(value: Json): string {
  return JSON.stringify(value, null, 2);
}
