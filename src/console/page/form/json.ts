/** Plain data, as JSON has it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The items of a list; none where it is no list. */
export function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether two values are the same JSON, with their properties in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
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
    return { wrong: Object(error).message };
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

/** Sets a property, or takes it out. A name like `__proto__` is a property like any other. */
export function withProperty(
  object: JsonObject,
  name: string,
  value: Json | undefined,
): JsonObject {
  const all = new Map(Object.entries(object));
  if (value === undefined) all.delete(name);
  else all.set(name, value);
  return Object.fromEntries(all);
}
