import { webCrypto } from "#web-crypto";
import { base64FromBytes, copyOf, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { envelopeIn } from "../../model/envelope.ts";
import type { WireHeader, WireValue } from "../../model/invocation.ts";
import { string } from "../../sdk/types/builtin-types.ts";
import type { Accepts } from "../../sdk/types/type.ts";
import { clipped } from "./clipped.ts";
import { shownHeaders } from "./parts-json.ts";
import { type Shown, shown } from "./value-json.ts";

/** A value up to this size stands in a list as it is: most states and messages do. */
const maxInlineBytes = 4_096;
/** What stands there of a larger one. */
const previewBytes = 200;

/** A large value as a list shows it: the value itself is had by the route for values. */
export interface Preview {
  readonly typename: string;
  /** In bytes. */
  readonly size: number;
  /** SHA-256 of the bytes in hexadecimal, as the `ETag` of the value. */
  readonly digest: string;
  /** How it begins: as text where it is text, else as `previewBase64`. */
  readonly preview?: string;
  readonly previewBase64?: string;
  /** Of encrypted bytes: the id of their key. */
  readonly encryptedWith?: string;
}

/** A value as `shown` shows it, or a preview of one that is large. */
export async function shownOrPreview(
  value: WireValue,
  types: Accepts,
  decode?: () => unknown,
): Promise<Shown | Preview> {
  const { typename, bytes = noBytes } = value;
  if (bytes.length <= maxInlineBytes) {
    return { ...shown(value, types, decode), typename: clipped(typename) };
  }
  const digest = await sha256Of(bytes);
  const shownBytes = typename === string.typename ? textIn(bytes) : bytes;
  const envelope = envelopeIn(value);
  return {
    typename: clipped(typename),
    size: bytes.length,
    digest,
    ...beginningOf(shownBytes),
    ...(envelope && { encryptedWith: envelope.keyId }),
  };
}

/** SHA-256 in hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await webCrypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text of a `string`, which stands behind its length: to decode all of it for its beginning would be too much. */
function textIn(bytes: Uint8Array): Uint8Array {
  const lengthEnd = bytes.findIndex((byte, index) => index > 0 && byte < 0x80);
  return bytes.subarray(lengthEnd + 1);
}

function beginningOf(bytes: Uint8Array): Pick<Preview, "preview" | "previewBase64"> {
  const start = copyOf(bytes.subarray(0, previewBytes));
  // A character may be cut, which has four bytes at most.
  for (let length = start.length; length > start.length - 4; length--) {
    try {
      return { preview: textFromBytes(start.subarray(0, length)) };
    } catch {
      // One byte less.
    }
  }
  return { previewBase64: base64FromBytes(start) };
}

/** Headers as a list shows them: those that fit into the room that a value has, and how many there are of more. */
export function headersPreview(headers: readonly WireHeader[]): {
  readonly headers: readonly unknown[];
  readonly headerCount?: number;
} {
  let bytes = 0;
  const fitting = headers.filter(({ key, value }) => {
    bytes += key.length + (value?.length ?? 0);
    return bytes <= maxInlineBytes;
  });
  if (fitting.length === headers.length) return { headers: shownHeaders(headers) };
  return { headers: shownHeaders(fitting), headerCount: headers.length };
}
