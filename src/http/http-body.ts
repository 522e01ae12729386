import { noBytes } from "../internal/bytes.ts";
import { writtenType } from "../sdk/addressing/accepted-value.ts";
import { string } from "../sdk/types/builtin-types.ts";
import type { Accepts } from "../sdk/types/type.ts";
import { traitsOf } from "../sdk/types/type-traits.ts";

/** A message as the body of a request or an answer. */
export interface HttpBody {
  readonly contentType: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** JSON as JSON and a string as text, for people and their tools; anything else as its bytes. */
export function httpBodyOf(
  {
    typename,
    bytes = noBytes,
  }: { readonly typename: string; readonly bytes?: Uint8Array | undefined },
  types: Accepts,
): HttpBody {
  if (typename === string.typename) {
    return { contentType: "text/plain; charset=utf-8", body: string.decode(bytes) };
  }
  const type = types === undefined ? undefined : writtenType(types, typename);
  const isJson = type !== undefined && traitsOf(type).json !== undefined;
  const contentType = isJson ? "application/json" : "application/octet-stream";
  return { contentType, body: new Uint8Array(bytes) };
}
