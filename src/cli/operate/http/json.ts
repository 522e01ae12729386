import { isRecord } from "../../../internal/assert.ts";

/** A JSON object of the server: what is in it was written by others. */
export type Json = Readonly<Record<string, unknown>>;

export function textIn(object: unknown, name: string): string | undefined {
  const value = fieldOf(object, name);
  return typeof value === "string" ? value : undefined;
}

export function numberIn(object: unknown, name: string): number | undefined {
  const value = fieldOf(object, name);
  return typeof value === "number" ? value : undefined;
}

export function objectIn(object: unknown, name: string): Json {
  const value = fieldOf(object, name);
  return isRecord(value) ? value : {};
}

/** The objects of a list; undefined where there is no list. */
export function rowsIn(object: unknown, name: string): readonly Json[] | undefined {
  const value = fieldOf(object, name);
  return Array.isArray(value) ? value.filter(isRecord) : undefined;
}

export function fieldOf(object: unknown, name: string): unknown {
  return isRecord(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}
