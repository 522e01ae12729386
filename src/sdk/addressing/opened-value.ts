import type { WireValue } from "../../model/invocation.ts";
import type { Accepts } from "../types/type.ts";
import { traitsOf } from "../types/type-traits.ts";
import { acceptedType } from "./accepted-value.ts";

/**
 * A value as its type among `accepts` can read it: itself, unless that type is encrypted. Never rejects: what is wrong is thrown where
 * the value is read.
 */
export function openedValue(accepts: Accepts, value: WireValue): WireValue | Promise<WireValue> {
  const type = accepts === undefined ? undefined : acceptedType(accepts, value.typename);
  const open = type && traitsOf(type).open;
  return open === undefined ? value : open(value);
}
