import { digestOf } from "../../engine/ingress/payload-digest.ts";
import { invalid } from "../../internal/assert.ts";
import { show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";

/** The `ETag` of a state: the digest by which the engine knows it. A typename may have what no header can. */
export function etagOf(value: WireValue): string {
  return `"${encodeURIComponent(digestOf(value))}"`;
}

/** The digest that `If-Match` names: of one value, or of none by `""`. */
export function digestIn(headers: Headers): string {
  const given = headers.get("if-match");
  if (given === null) {
    throw invalid(
      'a state is only changed with If-Match: the ETag of the value that is there, or "" (two quotes) where there is none',
    );
  }
  const quoted = /^"([^"]*)"$/.exec(given.trim())?.[1];
  try {
    if (quoted !== undefined) return decodeURIComponent(quoted);
  } catch {
    // As below.
  }
  throw invalid(`If-Match must be one ETag in quotes, as an answer has it, got ${show(given)}`);
}
