import type { Header } from "../../api/types.ts";
import { asCurl } from "../../ui/values/as-curl.ts";
import { bodyOfValue, headerText, mediaTypes, type ValueText } from "../../ui/values/value-text.ts";

export interface CurlParts {
  readonly url: string;
  readonly typename: string;
  readonly value: ValueText;
  readonly headers: readonly Header[];
  /** The same command, run again, sends nothing again. */
  readonly key: string;
  readonly hasToken: boolean;
}

/** A message as a command for a POSIX shell that sends it. */
export function curlOf(parts: CurlParts): string {
  const { url, typename, value, headers, key, hasToken } = parts;
  const body = bodyOfValue(value);
  const request = {
    headers: {
      "Content-Type": mediaTypes[value.form],
      ...(value.form === "text" || isControl(typename)
        ? {}
        : { "Statefun-Type": headerText(typename) }),
      "Statefun-Admin": "1",
      "Idempotency-Key": key,
      ...Object.fromEntries(headers.flatMap(headerOf)),
    },
    body: typeof body === "string" ? new TextEncoder().encode(body) : body,
  };
  return asCurl(request, url, hasToken);
}

/** Headers of the message as HTTP has them, where it can: a letter that is not lower case travels as `%` and two digits. */
function headerOf({ name, value }: Header): readonly (readonly [string, string])[] {
  const isSendable =
    typeof value === "string" && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
  if (!isSendable || !/^[\x21-\x7e]+$/.test(name)) return [];
  const isShared = name === "traceparent" || name === "tracestate";
  const encoded = name.replace(
    /[^a-z0-9_.-]/g,
    (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return [[isShared ? name : `statefun-header-${encoded}`, value]];
}

function isControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
