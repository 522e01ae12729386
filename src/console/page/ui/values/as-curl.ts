/** A request for `POST`, without its credential. */
export interface PostRequest {
  /** Names as HTTP has them; values are bytes, one character each. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export function base64FromBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/**
 * The request as a command for a POSIX shell. Everything that comes from outside stands in single quotes, in which a shell reads
 * nothing but their end; `--data-raw` takes no file, and `--globoff` no list of URLs. The token is a variable: it belongs into
 * no history.
 */
export function asCurl(request: PostRequest, url: string, hasToken: boolean): string {
  const { headers, body } = request;
  const text = textFromBytes(body);
  // No argument of a program has a zero byte, and none has more than 128 KiB on Linux.
  const isPiped = text === undefined || text.includes("\0") || body.length > 100_000;
  const lines = [
    `curl --globoff --request POST ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quotedHeader(name, value)}`),
    ...(hasToken ? [`--header "Authorization: Bearer $STATEFUN_TOKEN"`] : []),
    isPiped ? "--data-binary @-" : `--data-raw ${quoted(text)}`,
  ];
  const command = lines.join(" \\\n  ");
  if (!isPiped) return command;
  return `base64 --decode <<'END' | ${command}\n${wrapped(base64FromBytes(body))}\nEND`;
}

/** Text in single quotes. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A header is bytes, and a terminal takes UTF-8. */
function quotedHeader(name: string, value: string): string {
  const bytes = Uint8Array.from(value, (character) => character.charCodeAt(0));
  // curl drops a header that ends after its colon, unless it ends with a semicolon.
  return quoted(value === "" ? `${name};` : `${name}: ${textFromBytes(bytes) ?? value}`);
}

/** Undefined where it is not UTF-8. */
export function textFromBytes(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function wrapped(base64: string): string {
  return base64.replaceAll(/(.{76})(?=.)/g, "$1\n");
}
