import { getRandomValues } from "node:crypto";

export function randomBytes(count: number): Uint8Array {
  return getRandomValues(new Uint8Array(count));
}
