import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** Strictly equal, -0 and prototypes included; else an error that shows both. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) return;
  expect(actual).toStrictEqual(expected);
  expect.fail("the two differ in the sign of a zero or the like");
}

/** Data as it is read back: without what is undefined, and with ordinary prototypes. */
export function asRead(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(asRead);
  const read = {};
  for (const [key, part] of Object.entries(value)) {
    const own = { value: asRead(part), enumerable: true, configurable: true, writable: true };
    if (part !== undefined) Object.defineProperty(read, key, own);
  }
  return read;
}
