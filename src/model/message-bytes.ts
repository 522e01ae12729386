import type { WireAddress, WireValue } from "./invocation.ts";

/** Of a text in UTF-8. */
export function textBytes(text: string): number {
  let size = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // The halves of a pair take two bytes each.
    if (unit > 0x7f) size += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return size;
}

/** How many bytes a value has, without making them. */
export function valueBytes(value: WireValue | undefined): number {
  return value?.size ?? value?.bytes?.length ?? 0;
}

/** What a header takes beside its text and its value: many that are empty are as large as few that are not. */
const headerBytes = 32;

/**
 * The size of a message, of which every limit is one: its value, the name of its type, its headers, and its addresses, all
 * that is stored and sent.
 */
export function messageBytes(
  value: WireValue,
  ...addresses: readonly (WireAddress | undefined)[]
): number {
  let size = textBytes(value.typename) + valueBytes(value);
  for (const { key, value: bytes } of value.headers) {
    size += headerBytes + textBytes(key) + (bytes?.length ?? 0);
  }
  for (const address of addresses) {
    if (address) size += textBytes(address.typename) + textBytes(address.id);
  }
  return size;
}
