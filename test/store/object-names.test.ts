import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../src/store/object/sha256.ts";
import { endOf, keyOf, numberOfKey } from "../../src/store/object/object-keys.ts";
import { objectStore } from "./changed-driver.ts";
import { accepted, added, cell, message, record, timer } from "./records.ts";
import { Subject } from "./subject.ts";
import { temporaryFiles } from "./temporary.ts";

const newPath = temporaryFiles();

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

describe("names of megabytes", () => {
  it("are found, kept apart and given back whole, as those of any length are", async () => {
    const path = newPath();
    const subject = await Subject.open(
      () => () => objectStore(path, () => ({ maxValueBytes: 1_000_000 })),
    );
    const long = "n".repeat(3_000_000);
    const [one, other] = [`${long}1`, `${long}2`];
    const [first, second] = [one, other].map((id) => ({ typename: "demo/fn", id }));
    if (first === undefined || second === undefined) throw new Error("two");
    subject.commit({
      cells: [cell(1, { address: first, name: one }), cell(2, { address: second, name: one })],
      messages: added(message(1, { target: first }), message(2, { target: second })),
      timers: added(timer(1, { owner: one, token: one }), timer(2, { owner: other, token: one })),
      egress: added(record(1, { egress: one }), record(2, { egress: other })),
      accepted: [accepted(one, 1, { call: one }), accepted(other, 2, { call: other })],
    });
    await subject.reopen();
    const { store } = subject;
    expect(
      [...store.load(first)].map(([name, { cell: number }]) => [name === one, number]),
    ).toEqual([[true, 1]]);
    expect(store.messages(0, 9).map(({ target }) => target.id === one)).toEqual([true, false]);
    expect(store.timerByToken(other, one)?.number).toBe(2);
    expect(store.timersOf(one, 9).map(({ number }) => number)).toEqual([1]);
    expect(store.unsentEgresses().map((name) => name === one || name === other)).toEqual([
      true,
      true,
    ]);
    expect(store.unsent(other, 0, 9).map(({ number }) => number)).toEqual([2]);
    expect(store.acceptedCall(other)?.key === other).toBe(true);
    store.close();
  });
});
