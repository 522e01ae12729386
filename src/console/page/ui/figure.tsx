import { count } from "./numbers.ts";
import { Badge } from "./parts.tsx";
import type { Column } from "./table.tsx";

/** A column of numbers. What is not known is a dash. */
export function figure<T>(
  title: string,
  of: (row: T) => number | undefined,
  how: {
    readonly isWide?: boolean;
    /** Whether it should be 0. */
    readonly isBad?: boolean;
    /** @default count */
    readonly text?: (value: number) => string;
  } = {},
): Column<T> {
  const { isWide = false, isBad = false, text = count } = how;
  const show = (row: T) => {
    const value = of(row);
    if (value === undefined) return "–";
    return isBad && value > 0 ? <Badge tone="bad">{text(value)}</Badge> : text(value);
  };
  return { title, isNumber: true, isWide, show };
}
