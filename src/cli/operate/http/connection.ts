import { invalid } from "../../../internal/assert.ts";
import { show } from "../../../internal/show.ts";
import type { Flags, ParsedArguments } from "../../arguments.ts";

/** Where the server is, and what every request to it carries. */
export interface Connection {
  /** With the base path, without a slash at its end. */
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Whether a token was given: it is never shown. */
  readonly hasToken: boolean;
}

/** As `statefun dev` listens. */
const defaultUrl = "http://127.0.0.1:8080";

export const connectionFlags: Flags = {
  url: { type: "string" },
  token: { type: "string" },
  "http-header": { type: "string", multiple: true },
};

type Environment = Readonly<Record<string, string | undefined>>;

/** By the flags, else by the environment. Throws `invalid_argument`, never with a secret in it. */
export function connectionOf(given: ParsedArguments, environment: Environment): Connection {
  const { STATEFUN_URL: url, STATEFUN_TOKEN: token } = environment;
  const flag = given.text("url");
  const named = flag === undefined && url ? { text: url, by: "STATEFUN_URL" } : undefined;
  const secret = given.text("token") ?? (token || undefined);
  const extra = given.texts("http-header").map((text) => headerIn(text, "--http-header"));
  const headers = [...bearer(secret), ...extra];
  for (const [name, value] of headers) assertHeader(name, value);
  return {
    url: urlIn(named?.text ?? flag ?? defaultUrl, named?.by ?? "--url"),
    headers,
    hasToken: headers.some(([name]) => /^(?:authorization|cookie)$/i.test(name)),
  };
}

/** `NAME=VALUE`, as it was given to a flag. What stands behind the name may be secret. */
export function headerIn(text: string, flag: string): [name: string, value: string] {
  const end = text.indexOf("=");
  if (end > 0) return [text.slice(0, end).trim(), text.slice(end + 1)];
  throw invalid(`${flag} must be NAME=VALUE, for example ${flag} x-team=payments`);
}

function urlIn(text: string, by: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid(`${by} must be a URL like ${defaultUrl}, got ${show(withoutSecrets(text))}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw invalid(`${by} must not have credentials in it: use --token or STATEFUN_TOKEN`);
  }
  if (!/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
    throw invalid(`${by} must be http or https, without a query, got ${show(text)}`);
  }
  return url.href.replace(/\/+$/, "");
}

/** What stands before an @ may be a password. */
function withoutSecrets(text: string): string {
  return text.replace(/.*@/s, "…@");
}

function bearer(token: string | undefined): [string, string][] {
  if (token === undefined) return [];
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw invalid("the token must be printable ASCII without blanks");
  }
  return [["authorization", `Bearer ${token}`]];
}

function assertHeader(name: string, value: string): void {
  try {
    new Headers([[name, value]]);
  } catch {
    // The text of the platform's error has the value.
    throw invalid(`--http-header ${show(name)} is not a valid name, or its value cannot be sent`);
  }
}
