import { describe, expect, it } from "vitest";
import type { FunctionRow } from "../../../src/console/page/api/types.ts";
import {
  functionLines,
  matching,
  sorted,
} from "../../../src/console/page/screens/functions/function-lines.ts";
import { perSecond, stepsOf } from "../../../src/console/page/screens/functions/steps.ts";
import { bucketsOf } from "../../../src/console/page/ui/charts/histogram.ts";
import { shortCount, shortDuration, span } from "../../../src/console/page/ui/numbers.ts";

const row = (typename: string, parts: Partial<FunctionRow> = {}): FunctionRow => ({
  ...{ typename, remote: false, accepts: [], replies: [], states: [], paused: false },
  ...parts,
});
const figures = (waiting: number, counts: readonly number[] = []) => ({
  ...{ accepted: 0, refused: 0, completed: 0, failed: 0, dead: 0, waiting, oldestMs: 0 },
  durationMs: { counts, sum: 0 },
});
const trouble = { code: "failed", reason: "", attempts: 1, number: "1" };

const lines = functionLines({
  rateOf: (typename) => "abcdefg".indexOf(typename.charAt(0)),
  rows: [
    row("a/fine"),
    row("b/blocked"),
    row("c/paused", { paused: true }),
    row("d/down", { remote: true }),
    row("e/dead"),
    row("f/busy"),
    row("g/own", { remote: true, endpoint: "g/own" }),
  ],
  figures: { "f/busy": figures(5) },
  endpoints: [
    { name: "d/*", up: false },
    { name: "g/own", up: true },
    { name: "g/*", up: false },
  ],
  troubles: [
    { typename: "b/blocked", id: "1", kind: "retrying", ...trouble },
    { typename: "b/blocked", id: "2", kind: "unbound", ...trouble },
    { typename: "a/fine", id: "3", kind: "endpoint", ...trouble },
  ],
  groups: [
    { typename: "e/dead", code: "x", reason: "", count: 3, firstAtMs: 0, lastAtMs: 0 },
    { typename: "e/dead", code: "y", reason: "", count: 4, firstAtMs: 0, lastAtMs: 0 },
    {
      typename: "a/fine",
      egress: "o/o",
      code: "y",
      reason: "",
      count: 9,
      firstAtMs: 0,
      lastAtMs: 0,
    },
  ],
});

describe("how functions are", () => {
  it("has a word for each, and the worst first", () => {
    expect(sorted(lines, "").map(({ typename, word }) => `${typename}: ${word}`)).toEqual([
      "d/down: endpoint down",
      "b/blocked: 2 blocked",
      "c/paused: paused",
      "e/dead: dead letters",
      "f/busy: fine",
      "a/fine: fine",
      "g/own: fine",
    ]);
    expect(lines.find(({ typename }) => typename === "e/dead")?.dead).toBe(7);
  });

  it("does not take figures from a prototype", () => {
    const [one] = functionLines({ rows: [row("__proto__"), row("constructor")], figures: {} });
    expect(one).toMatchObject({ durations: [], waiting: 0, completed: 0 });
  });
});

describe("the table of functions", () => {
  it("sorts by a column, and by trouble where two are alike or the column is unknown", () => {
    const names = (sort: string) => sorted(lines, sort).map(({ typename }) => typename);
    expect(names("-rate")[0]).toBe("g/own");
    expect(names("rate")[0]).toBe("a/fine");
    expect(names("-waiting").slice(0, 2)).toEqual(["f/busy", "d/down"]);
    expect(names("-function")[0]).toBe("g/own");
    for (const sort of ["", "constructor", "-nothing"]) expect(names(sort)[0]).toBe("d/down");
  });

  it("finds names by a part, in whatever case", () => {
    expect(matching(lines, " BLOCK ").map(({ typename }) => typename)).toEqual(["b/blocked"]);
    expect(matching(lines, "").length).toBe(lines.length);
  });

  it("knows quantiles no better than the buckets do, and none without calls", () => {
    const bounds = [1, 10, 100];
    const known = {
      rows: [row("a/b"), row("c/d")],
      figures: { "a/b": figures(0, [60, 38, 2, 0]) },
    };
    const [one, idle] = functionLines({ ...known, bounds });
    expect(one).toMatchObject({ p50: 1, p99: 100 });
    expect(idle?.p99).toBeUndefined();
    expect(functionLines(known)[0]?.p50).toBeUndefined();
  });
});

describe("steps of ten minutes", () => {
  it("give a rate over the last two that are known", () => {
    expect(perSecond([null, 10, 20], 5_000)).toBe(3);
    expect(perSecond([10, null], 5_000)).toBe(2);
    expect(perSecond([10, null, null], 5_000)).toBeUndefined();
    expect(perSecond(undefined, 5_000)).toBeUndefined();
  });

  it("are not those of a prototype", () => {
    const rates = {
      stepMs: 1,
      endMs: 0,
      handled: [],
      failed: [],
      waiting: [],
      commitP99Ms: [],
      functions: {},
    };
    expect(stepsOf(rates, "constructor")).toBeUndefined();
  });
});

describe("numbers in little room", () => {
  it("are short", () => {
    expect([0, 9_999, 12_345, 99_949, 999_499, 1_000_000, 10_000_000, 5e9].map(shortCount)).toEqual(
      [...["0", "9,999", "12.3k", "100k", "999k", "1M", "10M", "5G"]],
    );
    expect([0, 59_999, 248_000, 7_200_000, 200_000_000].map(shortDuration)).toEqual([
      ...["0 s", "59 s", "4 min", "2 h", "2 d"],
    ]);
    expect([0.25, 60_000, 86_400_000, 5_400_000, 1_500].map(span)).toEqual([
      ...["0.25 ms", "1 min", "1 d", "1 h 30 min", "1 s 500 ms"],
    ]);
  });

  it("make bars from the first bucket to the last that hold something", () => {
    expect(bucketsOf([0, 4, 0, 8, 0], [1, 10, 100, 1_000])).toEqual([
      { title: "≤ 10", count: 4, share: 0.5 },
      { title: "≤ 100", count: 0, share: 0 },
      { title: "≤ 1,000", count: 8, share: 1 },
    ]);
    expect(bucketsOf([0, 0, 3], [1, 60_000]).map(({ title }) => title)).toEqual(["> 60,000"]);
    expect(bucketsOf([0, 0], [1])).toEqual([]);
  });
});
