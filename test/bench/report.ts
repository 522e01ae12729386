import type { Spread } from "./statistics.ts";

const digits = (value: number) => Number(value.toPrecision(3)).toLocaleString("en-US");

/** A time that came in milliseconds, in the unit that suits it. */
export function time(ms: number): string {
  if (ms >= 1) return `${digits(ms)} ms`;
  return ms >= 0.001 ? `${digits(ms * 1_000)} µs` : `${digits(ms * 1_000_000)} ns`;
}

/** `7.3 (7.1 to 7.6)`: the median and the middle half of the rounds. */
export function ratio({ median, low, high }: Spread): string {
  return `**${digits(median)}** (${digits(low)} to ${digits(high)})`;
}

export { digits };

/** Benchmarks print Markdown: a heading, what was compared, a table. */
export function heading(text: string, ...lines: readonly string[]): void {
  console.log([`## ${text}`, "", ...lines, ""].join("\n"));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n"));
}

/** Whether an aim was met is said, never asserted: a busy machine is no fault of the code. */
export function aim(text: string, isMet: boolean): string {
  return isMet ? `${text}: met` : `${text}: **missed**`;
}
