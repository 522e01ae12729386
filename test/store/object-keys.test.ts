import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOf, keyOf, numberOfKey } from "../../src/store/object/object-keys.ts";
import { sha256 } from "../../src/store/object/key-digest.ts";

function compare(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right);
}

describe("the keys of the rows of an object", () => {
  it("have the digest of SHA-256 where a name is too long", () => {
    for (const text of [
      "",
      "abc",
      "a".repeat(55),
      "b".repeat(56),
      "ä".repeat(5_000),
      "\0".repeat(64),
    ]) {
      const expected = createHash("sha256").update(text).digest();
      expect(Buffer.from(sha256(text)).equals(expected), text.slice(0, 9)).toBe(true);
    }
  });

  it("are in the order of their numbers, and give them back", () => {
    const numbers = fc.array(fc.maxSafeNat(), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.string(), numbers, (name, [first = 0, second = 0]) => {
        const [left, right] = [keyOf(name, first), keyOf(name, second)];
        expect(numberOfKey(left)).toBe(first);
        expect(Math.sign(compare(left, right))).toBe(Math.sign(first - second));
      }),
    );
  });

  it("are different for different texts, and none is the beginning of another", () => {
    const name = fc.oneof(fc.string(), fc.constantFrom("", "\0", "a".repeat(256), "a".repeat(257)));
    const names = fc.tuple(name, name);
    fc.assert(
      fc.property(names, names, (one, other) => {
        const [left, right] = [keyOf(...one), keyOf(...other)];
        const isSame = one[0] === other[0] && one[1] === other[1];
        expect(compare(left, right) === 0).toBe(isSame);
        const begins = compare(right.subarray(0, left.length), left) === 0;
        expect(begins).toBe(isSame);
        // A range by the first name has all with that name, and nothing else.
        const prefix = keyOf(one[0]);
        const isWithin = compare(right, prefix) > 0 && compare(right, endOf(prefix)) < 0;
        expect(isWithin).toBe(one[0] === other[0]);
      }),
    );
  });

  it("refuse what is no safe integer, or no text", () => {
    for (const part of [Number.NaN, -1, 0.5, 2 ** 53, undefined]) {
      expect(() => keyOf(part as number)).toThrow(/^a record has .* as a (?:number|text)$/);
    }
  });
});
