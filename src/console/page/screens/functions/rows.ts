import { quantile } from "../../ui/numbers.ts";
import { byTrouble, type FunctionView } from "./function-view.ts";

/** Numbers of a function, by the names of the columns that show and sort them. */
export interface FunctionNumbers {
  readonly rate: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly waiting: number;
  readonly oldest: number;
  readonly completed: number;
  readonly failed: number;
  readonly refused: number;
  readonly dead: number;
}

export function numbersOf(
  { figures, dead }: FunctionView,
  rate: number,
  bounds: readonly number[] | undefined,
): FunctionNumbers {
  const share = (part: number): number | undefined =>
    figures === undefined || bounds === undefined
      ? undefined
      : quantile(figures.durationMs.counts, bounds, part);
  const { waiting = 0, oldestMs = 0, completed = 0, failed = 0, refused = 0 } = figures ?? {};
  return {
    ...{ rate, p50: share(0.5), p99: share(0.99), waiting, oldest: oldestMs },
    ...{ completed, failed, refused, dead },
  };
}

export interface FunctionLine {
  readonly view: FunctionView;
  readonly numbers: FunctionNumbers;
}

/** `sort` is the name of a column, with `-` before it for the largest first; anything else sorts by trouble. */
export function sorted(lines: readonly FunctionLine[], sort: string): FunctionLine[] {
  const [, minus = "", name = ""] = /^(-?)(.*)$/s.exec(sort) ?? [];
  const sign = minus === "-" ? -1 : 1;
  return [...lines].sort(
    (one, other) =>
      sign * compare(keyIn(one, name), keyIn(other, name)) || byTrouble(one.view, other.view),
  );
}

function keyIn({ view, numbers }: FunctionLine, name: string): string | number {
  if (name === "function") return view.typename;
  return new Map<string, number | undefined>(Object.entries(numbers)).get(name) ?? 0;
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Names that contain the text, in whatever case. */
export function matching(lines: readonly FunctionLine[], text: string): readonly FunctionLine[] {
  const wanted = text.trim().toLowerCase();
  return lines.filter(({ view }) => view.typename.toLowerCase().includes(wanted));
}
