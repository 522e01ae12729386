import { type Json, parsed } from "../../form/json.ts";
import { headerText, mediaTypes, type ValueForm } from "../../ui/values/value-text.ts";

/** What the screen sends, before it is a request. */
export interface Draft {
  readonly function: string;
  readonly id: string;
  /** Typename of the message. */
  readonly type: string;
  readonly form: ValueForm;
  /** The JSON, the text, or the base64. */
  readonly body: string;
  readonly delayMs: string;
  readonly isCall: boolean;
  readonly timeoutMs: string;
  readonly key: string;
}

/** A request to `POST /admin/send`. */
export interface SendRequest {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Why a draft cannot be sent yet; undefined: it can. */
export function problemOfDraft(draft: Draft): string | undefined {
  if (draft.function === "") return "choose a function";
  if (draft.id === "") return "give the id of the instance";
  if (draft.type === "") return "name the type of the message";
  if (draft.key === "") return "give an idempotency key";
  if (draft.form === "base64" && bytesFromBase64(draft.body) === undefined) {
    return "the bytes are not base64";
  }
  if (draft.form === "json") {
    const { wrong } = parsed(draft.body);
    if (wrong !== undefined) return `the value is not JSON: ${wrong}`;
  }
  if (!draft.isCall && !/^\d*$/.test(draft.delayMs)) return "the delay is in milliseconds";
  if (draft.isCall && !/^\d*$/.test(draft.timeoutMs)) return "the time to wait is in milliseconds";
  // A header has no line breaks and no control characters.
  if (isUnsendable(draft.type) || isUnsendable(draft.key)) {
    return "the type and the key cannot have control characters";
  }
  return undefined;
}

function isUnsendable(text: string): boolean {
  return /\p{Cc}/u.test(text) || text.trim() !== text;
}

export function requestOf(draft: Draft): SendRequest {
  const { type, form, body, isCall, delayMs, timeoutMs, key } = draft;
  return {
    query: {
      function: draft.function,
      id: draft.id,
      delayMs: !isCall && /[1-9]/.test(delayMs) ? String(Number(delayMs)) : undefined,
      call: isCall ? "true" : undefined,
      timeoutMs: isCall && /[1-9]/.test(timeoutMs) ? String(Number(timeoutMs)) : undefined,
    },
    headers: {
      "content-type": mediaTypes[form],
      "statefun-type": headerText(type),
      "statefun-admin": "1",
      "idempotency-key": headerText(key),
    },
    body: form === "base64" ? (bytesFromBase64(body) ?? new Uint8Array()) : utf8(body),
  };
}

/** A lone surrogate becomes the mark of a character that cannot be said, as in a URL. */
function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function bytesFromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll(/\s/g, "")), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

/** JSON as somebody would write it. */
export function jsonText(value: Json): string {
  return JSON.stringify(value, null, 2);
}
