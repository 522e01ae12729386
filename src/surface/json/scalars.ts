import { bool, double, float, int, long, string } from "../../sdk/types/builtin-types.ts";
import type { AnyType } from "../../sdk/types/type.ts";

const scalarNamespace = "io.statefun.types/";

/** StateFun's own six types, which can be said in JSON as protobuf says them: a `long` as text, NaN too. */
export function scalarType(typename: string): AnyType | undefined {
  // Most are of an application, and an export asks of each value.
  if (!typename.startsWith(scalarNamespace)) return undefined;
  return [string, int, long, bool, double, float].find((type) => type.typename === typename);
}

/** The value that JSON says. What it is not is found by the type, which checks it. */
export function scalarFromJson(typename: string, value: unknown): unknown {
  if (typename === long.typename) {
    const isInteger =
      typeof value === "string" ? /^-?\d{1,19}$/.test(value) : Number.isSafeInteger(value);
    return isInteger ? BigInt(value as string | number) : value;
  }
  const isFloating = typename === double.typename || typename === float.typename;
  const isNamed = value === "NaN" || value === "Infinity" || value === "-Infinity";
  return isFloating && isNamed ? Number(value) : value;
}

/** What JSON says for it. */
export function scalarToJson(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
