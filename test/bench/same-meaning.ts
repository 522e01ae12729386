import { deepStrictEqual } from "node:assert";
import { codecV3 } from "statefun/protocol";

/** Without the difference between a Buffer and its superclass. */
const meaningOf = (response: Uint8Array) => codecV3.decodeResponse(new Uint8Array(response));

/** Nothing is compared that does not answer the same. */
export function assertSameMeaning(left: Uint8Array, right: Uint8Array): void {
  deepStrictEqual(meaningOf(left), meaningOf(right));
}
