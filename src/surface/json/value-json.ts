import { base64FromBytes, noBytes, textFromBytes } from "../../internal/bytes.ts";
import { envelopeIn } from "../../model/envelope.ts";
import type { WireValue } from "../../model/invocation.ts";
import { writtenType } from "../../sdk/addressing/accepted-value.ts";
import type { Accepts } from "../../sdk/types/type.ts";
import { traitsOf } from "../../sdk/types/type-traits.ts";
import { scalarToJson, scalarType } from "./scalars.ts";

/** A value as JSON shows it: itself where it has a JSON form, else its bytes. */
export type Shown =
  | { readonly typename: string; readonly value: unknown }
  | {
      readonly typename: string;
      readonly base64: string;
      /** Of encrypted bytes: the id of their key. They are never decrypted for this. */
      readonly encryptedWith?: string;
    };

/** What is deeper is shown by its bytes: to write it again may take more stack than a platform has. */
const maxDepth = 500;

/**
 * Shows a scalar by its name, JSON by its type among `types`, and anything else by `decode` if that gives
 * something which JSON can say.
 */
export function shown(
  value: WireValue,
  types: Accepts,
  decode?: (() => unknown) | undefined,
): Shown {
  const { typename, bytes = noBytes } = value;
  const envelope = envelopeIn(value);
  if (envelope !== undefined) {
    return { typename, base64: base64FromBytes(bytes), encryptedWith: envelope.keyId };
  }
  const readable = readableOf(value, types, decode);
  return readable === undefined
    ? { typename, base64: base64FromBytes(bytes) }
    : { typename, value: readable.value };
}

/** The same without its bytes; undefined for what JSON cannot say, and for what is encrypted. */
export function readableOf(
  value: WireValue,
  types: Accepts,
  decode?: (() => unknown) | undefined,
): { readonly value: unknown } | undefined {
  if (envelopeIn(value) !== undefined) return undefined;
  const { typename, bytes = noBytes } = value;
  try {
    const scalar = scalarType(typename);
    if (scalar !== undefined) return { value: scalarToJson(scalar.decode(bytes)) };
    const type = types === undefined ? undefined : writtenType(types, typename);
    if (type !== undefined && traitsOf(type).json !== undefined) {
      const json: unknown = JSON.parse(textFromBytes(bytes));
      if (isJson(json)) return { value: json };
    }
    const decoded = decode?.();
    if (isJson(decoded)) return { value: decoded };
  } catch {
    // Bytes that are not of their type are still shown.
  }
  return undefined;
}

/** Plain data, to be said in JSON without a loss. */
function isJson(value: unknown, depth: number = 0): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth > maxDepth) return false;
  if (Array.isArray(value)) return value.every((inner) => isJson(inner, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  // Not by `every`: an export asks this of each value.
  for (const inner of Object.values(value)) if (!isJson(inner, depth + 1)) return false;
  return true;
}
