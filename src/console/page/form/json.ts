/** Plain data, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether two values are the same JSON, whatever the order of their properties. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

/** What a text of JSON says, or why it is none. */
export function parsed(
  text: string,
):
  | { readonly value: Json; readonly wrong?: never }
  | { readonly wrong: string; readonly value?: never } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Whether a text of JSON has an integer that a double cannot hold. To parse it would change it, so such a text is sent as it
 * is, and no form shows it.
 */
export function hasLargeNumbers(text: string): boolean {
  const numbers = text.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '""').match(/-?\d+(?![\d.eE])/g) ?? [];
  return numbers.some((one) => one.length > 15 && String(BigInt(one)) !== String(Number(one)));
}

/** Sets a property. A name like `__proto__` is a property like any other. */
export function withProperty(
  object: JsonObject,
  name: string,
  value: Json | undefined,
): JsonObject {
  const entries = Object.entries(object).filter(([key]) => value !== undefined || key !== name);
  const isNew = !Object.hasOwn(object, name);
  const all = entries.map(([key, old]) => [key, key === name && value !== undefined ? value : old]);
  return Object.fromEntries(value !== undefined && isNew ? [...all, [name, value]] : all);
}
