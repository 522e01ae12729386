import { base64FromBytes, textFromBytes } from "../../internal/bytes.ts";
import type { WireAddress, WireHeader } from "../../model/invocation.ts";
import { clipped } from "./clipped.ts";

export function shownAddress({ typename, id }: WireAddress): { typename: string; id: string } {
  return { typename: clipped(typename), id: clipped(id) };
}

/** Headers in their order, including duplicates: `value` is text or null; bytes that are not UTF-8 are `base64`. */
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
