/** Base64 as RFC 4648 §4 has it: with padding, without line breaks, one text for each bytes. */
export function isBase64(text: string): boolean {
  const { length } = text;
  if (length % 4 !== 0) return false;
  if (length === 0) return true;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const body = padding === 0 ? text : text.slice(0, -padding);
  if (/[^A-Za-z0-9+/]/.test(body)) return false;
  // Bits that the padding takes no bytes from must be zero: others would be a second text for the same bytes.
  const last = body.charAt(body.length - 1);
  return padding === 0 || (padding === 2 ? "AQgw" : "AEIMQUYcgkosw048").includes(last);
}

interface FromBase64 {
  fromBase64?(text: string): Uint8Array;
}

/** Of a text that `isBase64` has found good. */
export function bytesFromBase64(text: string): Uint8Array {
  const { fromBase64 } = Uint8Array as unknown as FromBase64;
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, text);
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  // In pieces of whole groups of four: `atob` makes a text of a character a byte.
  const size = 32_768;
  let at = 0;
  for (let from = 0; from < text.length; from += size) {
    const piece = atob(text.slice(from, from + size));
    for (let index = 0; index < piece.length; index++) bytes[at++] = piece.charCodeAt(index);
  }
  return bytes;
}
