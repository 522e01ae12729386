import { describe, expect, it } from "vitest";
import type {
  EndpointRow,
  FunctionRow,
  IngressRow,
  Span,
} from "../../../src/console/page/api/types.ts";
import {
  functionsBehind,
  sourceLines,
} from "../../../src/console/page/screens/connections/rows.ts";
import { barOf, timeLineOf } from "../../../src/console/page/screens/messages/time-line.ts";
import { treeRows, waitedMs } from "../../../src/console/page/screens/messages/tree.ts";

function span(number: number, causes: readonly number[], more: Partial<Span> = {}): Span {
  return {
    ...{ number: String(number), kind: "message", causes: causes.map(String), attempts: 1 },
    ...{ from: { kind: "http" }, to: { typename: "a/b", id: "1" }, messageTypename: "a/T" },
    ...{ size: 1, atMs: 1_000 + number, outcome: "completed" },
    ...more,
  };
}

const drawn = (spans: readonly Span[]): string[] =>
  treeRows(spans).map(({ guide, span: { number } }) => guide + number);

describe("the tree of a message", () => {
  it("has what was caused behind its cause, with lines that lead to it", () => {
    const spans = [
      span(1, []),
      span(2, [1]),
      span(3, [1]),
      span(4, [2]),
      span(5, [2]),
      span(6, [3]),
    ];
    expect(drawn(spans)).toEqual(["1", "├ 2", "│ ├ 4", "│ └ 5", "└ 3", "  └ 6"]);
  });

  it("stands at the first known cause of a batch, and has all whose cause is lost", () => {
    const spans = [span(4, [2, 3]), span(3, [1]), span(7, [6, 4]), span(9, [8])];
    expect(drawn(spans)).toEqual(["3", "└ 4", "  └ 7", "9"]);
  });

  it("ends though two cause each other, or one itself", () => {
    expect(drawn([span(1, [1])])).toEqual(["1"]);
    expect(drawn([span(1, [2]), span(2, [1])])).toEqual(["1", "└ 2"]);
  });

  it("is as deep and as wide as a recording", () => {
    const chain = Array.from({ length: 10_000 }, (_, n) => span(n, n === 0 ? [] : [n - 1]));
    const rows = treeRows(chain);
    expect(rows).toHaveLength(10_000);
    expect(Math.max(...rows.map(({ guide }) => guide.length))).toBeLessThan(30);
    const wide = Array.from({ length: 10_000 }, (_, n) => span(n, n === 0 ? [] : [0]));
    expect(treeRows(wide).at(-1)).toMatchObject({ guide: "└ ", span: { number: "9999" } });
  });
});

describe("the time line", () => {
  const run = (number: number, atMs: number, waited: number, durationMs: number, more = {}): Span =>
    span(number, [], { atMs, startedAtMs: atMs + waited, durationMs, ...more });

  it("has what waited and what ran as parts of all", () => {
    const spans = [run(1, 0, 20, 30), run(2, 50, 0, 50)];
    const line = timeLineOf(spans);
    expect(line).toMatchObject({ wholeMs: 100, isShortened: false });
    expect(spans.map((one) => barOf(one, line))).toEqual([
      { left: 0, waited: 0.2, ran: 0.3 },
      { left: 0.5, waited: 0, ran: 0.5 },
    ]);
  });

  it("draws the wait for a timer shorter, and says so", () => {
    const timer = run(2, 100, 0, 0, { kind: "timer" });
    const spans = [run(1, 0, 0, 100), timer, run(3, 3_600_000, 0, 100)];
    const line = timeLineOf(spans);
    expect(line).toMatchObject({ wholeMs: 3_600_100, isShortened: true });
    const [first, , last] = spans.map((one) => barOf(one, line));
    expect(first?.ran).toBeGreaterThan(0.4);
    expect(last?.ran).toBeGreaterThan(0.4);
    expect((last?.left ?? 0) + (last?.ran ?? 0)).toBeCloseTo(1);
  });

  it("draws what a timer ran at its time", () => {
    const timer = run(2, 100, 900, 100, { kind: "timer" });
    const line = timeLineOf([run(1, 0, 0, 100), timer]);
    const { left, waited, ran } = barOf(timer, line);
    expect([left, waited, ran].map((one) => one.toFixed(3))).toEqual(["0.417", "0.167", "0.417"]);
  });

  it("bears a single moment, a clock that went back, and nothing", () => {
    const still = span(1, []);
    for (const spans of [[still], [run(1, 100, -50, 10), run(2, 90, 0, 1)], []]) {
      const line = timeLineOf(spans);
      for (const one of spans) {
        for (const part of Object.values(barOf(one, line))) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(1);
        }
      }
    }
    expect(waitedMs(run(1, 100, -50, 10))).toBe(0);
    expect(waitedMs(still)).toBeUndefined();
  });
});

describe("ways in and out", () => {
  it("has a line for each source, and one for an ingress without any", () => {
    const source = { source: "orders/0", rate: 1, records: 1, invalid: 0, paused: false };
    const row = (typename: string, sources: IngressRow["sources"]): IngressRow => ({
      ...{ typename, status: "running", sources },
    });
    const lines = sourceLines([
      row("a/in", [source, { ...source, source: "orders/1" }]),
      row("b/in", []),
    ]);
    expect(lines.map(({ ingress, source: one }) => [ingress.typename, one?.source])).toEqual([
      ["a/in", "orders/0"],
      ["a/in", "orders/1"],
      ["b/in", undefined],
    ]);
  });

  it("knows which functions are behind an endpoint", () => {
    const fn = (typename: string, more: Partial<FunctionRow>): FunctionRow => ({
      ...{ typename, remote: true, accepts: [], replies: [], states: [], paused: false },
      ...more,
    });
    const functions = [
      fn("pay/charge", { endpoint: "pay/*" }),
      fn("pay/refund", {}),
      fn("payment/other", {}),
      fn("pay/local", { remote: false }),
      fn("pay/own", { endpoint: "pay/own" }),
    ];
    const behind = (name: EndpointRow["name"]) =>
      functionsBehind(name, functions).map(({ typename }) => typename);
    expect(behind("pay/*")).toEqual(["pay/charge", "pay/refund"]);
    expect(behind("pay/own")).toEqual(["pay/own"]);
  });
});
