import { describe, expect, it } from "vitest";
import { assertOwnStore, ownerMark } from "../../../src/durable-object/object/owner-mark.ts";
import { hashOf } from "../../../src/store/object/object-keys.ts";

/** Of names as objects have them, what storages that exist end with. */
const stored = [
  ["demo/fn/1", "54477c67"],
  ["demo/fn/é", "7c47bb5f"],
  ["demo/fn/日本", "bf477185"],
  ["demo/fn/😀", "c1381b39"],
] as const;

describe("the mark of the owner of a storage", () => {
  it.each(stored)("of %s stays what existing storages have", (name, mark) => {
    expect(ownerMark(name)).toBe(mark);
    expect(() => assertOwnStore(`${"x".repeat(20)}${mark}`, name)).not.toThrow();
  });

  it("is the hash of the store for ASCII names alone", () => {
    const isHash = stored.map(([name, mark]) => Number.parseInt(mark, 16) === hashOf(name));
    expect(isHash).toEqual([true, false, false, false]);
  });
});
