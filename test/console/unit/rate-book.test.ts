import { describe, expect, it } from "vitest";
import { RateBook } from "../../../src/console/page/graph/rate-book.ts";

const counts = (count: number) => new Map([["a", count]]);

/** Snapshots each second: `perSecond` from `fromMs` to `toMs`. */
const watched = (perSecond: number, fromMs: number, toMs: number, book = new RateBook()) => {
  for (let ms = fromMs; ms <= toMs; ms += 1_000) {
    book.note(counts((ms / 1_000) * perSecond), ms, 0);
  }
  return book;
};

describe("rates of counters", () => {
  it("are those since the start, until there is something to compare", () => {
    const book = new RateBook();
    expect(book.rate("a", 1_000)).toBe(0);
    book.note(counts(600), 60_000, 0);
    expect(book.rate("a", 60_500)).toBe(10);
    expect(book.isRecent(62_000)).toBe(false);
    expect(book.isRecent(63_000)).toBe(true);
  });

  it("are exact while they are steady, at whatever moment between two snapshots", () => {
    const book = watched(412, 100_000, 130_000);
    for (const ms of [130_000, 130_400, 130_999]) expect(book.rate("a", ms)).toBeCloseTo(412);
  });

  it("are of the last ten seconds, not of an hour", () => {
    const book = watched(100, 0, 60_000);
    watched(100, 61_000, 61_000, book);
    for (let ms = 62_000; ms <= 75_000; ms += 1_000) book.note(counts(6_100 + ms / 1_000), ms, 0);
    expect(book.rate("a", 75_000)).toBeCloseTo(1);
  });

  it("fall to nothing when no snapshot comes any more because nothing changes", () => {
    const book = watched(50, 0, 20_000);
    expect(book.rate("a", 25_000)).toBeCloseTo(25, 0);
    expect(book.rate("a", 30_500)).toBe(0);
  });

  it("rise from the moment on at which something happens after a quiet hour", () => {
    const book = new RateBook();
    book.note(counts(0), 0, 0);
    book.note(counts(100), 3_600_000, 0);
    expect(book.rate("a", 3_600_000)).toBe(10);
  });

  it("begin anew when the application was started again", () => {
    const book = watched(50, 0, 20_000);
    book.note(counts(3), 21_000, 20_500);
    expect(book.isRecent(21_500)).toBe(false);
    expect(book.rate("a", 21_500)).toBe(3);
  });

  it("are 0 for what is not known, and for a counter that has just appeared they are its count", () => {
    const book = watched(50, 0, 20_000);
    expect(book.rate("b", 20_000)).toBe(0);
    book.note(
      new Map([
        ["a", 1_000],
        ["b", 20],
      ]),
      21_000,
      0,
    );
    expect(book.rate("b", 21_000)).toBeCloseTo(2, 0);
  });
});
