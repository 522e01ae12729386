import { base64FromBytes, textFromBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireHeader } from "../../model/invocation.ts";
import { clipped } from "./clipped.ts";

export function shownAddress({ typename, id }: WireAddress): { typename: string; id: string } {
  return { typename: clipped(typename), id: clipped(id) };
}

/** In their order, duplicates too: `value` is text, or null; what is no UTF-8 is `base64`. */
export function shownHeaders(headers: readonly WireHeader[]): readonly unknown[] {
  return headers.map(({ key, value }) => {
    if (value === undefined) return { name: key, value: null };
    try {
      return { name: key, value: textFromBytes(value) };
    } catch {
      return { name: key, base64: base64FromBytes(value) };
    }
  });
}
