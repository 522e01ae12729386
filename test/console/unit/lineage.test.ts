import { expect, it } from "vitest";
import type { Span } from "../../../src/console/page/api/types.ts";
import { lineageOf } from "../../../src/console/page/screens/instance/lineage.ts";

function span(number: number, ...causes: number[]): Span {
  return {
    ...{ number: String(number), kind: "message", causes: causes.map(String) },
    from: { kind: "http" },
    to: { typename: "a/b", id: "1" },
    ...{ messageTypename: "a/M", size: 1, atMs: 1, attempts: 1, outcome: "completed" },
  } as Span;
}

const shown = (spans: readonly Span[], number: number) =>
  lineageOf(spans, String(number)).map(
    ({ span, depth, isOnTheWay }) => `${"-".repeat(depth)}${span.number}${isOnTheWay ? "" : "?"}`,
  );

it("shows the way from the first cause, and what came of the same causes", () => {
  const spans = [span(1), span(2, 1), span(3, 1), span(4, 3), span(5, 3)];
  expect(shown(spans, 5)).toEqual(["1", "-2?", "-3", "--4?", "--5"]);
});

it("is empty for a message that was not recorded, and alone for one without a cause that is known", () => {
  expect(shown([span(1)], 2)).toEqual([]);
  expect(shown([span(2, 1)], 2)).toEqual(["2"]);
});

it("shows three of many that came of the same cause", () => {
  const many = Array.from({ length: 100 }, (_, at) => span(at + 2, 1));
  expect(shown([span(1), ...many], 101)).toEqual(["1", "-2?", "-3?", "-4?", "-101"]);
});

it("takes the nearest generations of a long way, and ends on causes in a circle", () => {
  const chain = [span(1), ...Array.from({ length: 50 }, (_, at) => span(at + 2, at + 1))];
  expect(shown(chain, 51)).toHaveLength(12);
  expect(shown([span(1, 2), span(2, 1)], 2).length).toBeLessThanOrEqual(4);
});

it("takes the cause that is known, of a batch", () => {
  expect(shown([span(7), span(9, 6, 7)], 9)).toEqual(["7", "-9"]);
});
