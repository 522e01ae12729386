import { isObject } from "../../form/json.ts";

/** A value that was sent, for the next time. */
export interface LastValue {
  readonly type: string;
  /** As it stands in the screen: JSON, or base64. */
  readonly body: string;
  readonly atMs: number;
}

const maxOfType = 10;
/** Of all together, in characters: a browser gives a page a few million. */
const maxLength = 50_000;

/** Remembers a value: newest first, once each, at most ten of a type, and no more than fit. */
export function remembered(list: readonly LastValue[], value: LastValue): readonly LastValue[] {
  const others = list.filter(({ type, body }) => type !== value.type || body !== value.body);
  const counts = new Map<string, number>();
  let room = maxLength;
  return [value, ...others].filter(({ type, body }) => {
    const count = (counts.get(type) ?? 0) + 1;
    const length = type.length + body.length + 40;
    if (count > maxOfType || length > room) return false;
    counts.set(type, count);
    room -= length;
    return true;
  });
}

/** What a browser kept; nothing where it is not what was written. */
export function lastValuesIn(text: string | null): readonly LastValue[] {
  try {
    return [...JSON.parse(text ?? "[]")].filter(
      (one) => typeof one?.type === "string" && typeof one.body === "string",
    );
  } catch {
    return [];
  }
}

/** Whether a schema says of any part that it is secret: such values are never kept. */
export function isSecret(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(isSecret);
  if (!isObject(schema)) return false;
  const { writeOnly, format } = schema;
  return writeOnly === true || format === "password" || Object.values(schema).some(isSecret);
}
