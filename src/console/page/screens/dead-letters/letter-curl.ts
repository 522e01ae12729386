import type { Header } from "../../api/types.ts";
import { bodyOfValue, mediaTypes, type ValueText } from "../../ui/value-text.ts";

export interface CurlParts {
  readonly url: string;
  readonly typename: string;
  readonly value: ValueText;
  readonly headers: readonly Header[];
  /** The same command, run again, sends nothing again. */
  readonly key: string;
  readonly hasToken: boolean;
}

/** Of one argument of a program, on Linux. */
const maxArgument = 100_000;

/**
 * A message as a command for a POSIX shell that sends it. What comes from outside stands in single quotes, in which a shell reads
 * nothing but their end. The token is a variable: it belongs into no history.
 */
export function curlOf(parts: CurlParts): string {
  const { url, typename, value, headers, key, hasToken } = parts;
  const body = bodyOfValue(value);
  const isText = typeof body === "string" && !body.includes("\0") && body.length <= maxArgument;
  const lines = [
    `curl --globoff --request POST ${quoted(url)}`,
    `--header 'Content-Type: ${mediaTypes[value.form]}'`,
    ...(value.form === "text" || isControl(typename)
      ? []
      : [`--header ${quoted(`Statefun-Type: ${typename}`)}`]),
    "--header 'Statefun-Admin: 1'",
    `--header ${quoted(`Idempotency-Key: ${key}`)}`,
    ...headers.flatMap(headerLine),
    ...(hasToken ? [`--header "Authorization: Bearer $STATEFUN_TOKEN"`] : []),
    isText ? `--data-raw ${quoted(body)}` : "--data-binary @-",
  ];
  const command = lines.join(" \\\n  ");
  return isText ? command : `base64 --decode <<'END' | ${command}\n${base64Of(body)}\nEND`;
}

/** Headers of the message as HTTP has them, where it can: a letter that is not lower case travels as `%` and two digits. */
function headerLine({ name, value }: Header): readonly string[] {
  const isSendable =
    typeof value === "string" && /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(value);
  if (!isSendable || !/^[\x21-\x7e]+$/.test(name)) return [];
  const isShared = name === "traceparent" || name === "tracestate";
  const encoded = name.replace(
    /[^a-z0-9_.-]/g,
    (one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return [`--header ${quoted(`${isShared ? name : `statefun-header-${encoded}`}: ${value}`)}`];
}

function isControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function base64Of(body: string | Uint8Array): string {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replace(/(.{76})(?=.)/g, "$1\n");
}
