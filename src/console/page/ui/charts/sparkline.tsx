import type { JSX } from "preact";

interface SparklineProps {
  /** Oldest first; null: not known. */
  readonly values: readonly (number | null)[];
  readonly tone?: "blue" | "bad" | "good";
  readonly width?: number;
  readonly height?: number;
  /** What it shows, for those who do not see it. */
  readonly label: string;
}

/** A small line over time, from 0 up. Gaps stay gaps. */
export function Sparkline(props: SparklineProps): JSX.Element {
  const { values, tone = "blue", width = 96, height = 20, label } = props;
  const known = values.filter((one) => one !== null);
  const top = Math.max(1, ...known);
  const step = values.length > 1 ? width / (values.length - 1) : width;
  const y = (value: number): number => height - 1 - (value / top) * (height - 3);
  const lines = runsOf(values).map(({ from, items }) =>
    items.map((value, index) => `${round((from + index) * step)},${round(y(value))}`),
  );
  return (
    <svg
      class={`sparkline ${tone}`}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {lines.map((points) => {
        const first = points[0]?.split(",")[0] ?? "0";
        const last = points.at(-1)?.split(",")[0] ?? "0";
        return (
          <g key={first}>
            <polygon points={`${first},${height} ${points.join(" ")} ${last},${height}`} />
            <polyline points={points.join(" ")} />
          </g>
        );
      })}
    </svg>
  );
}

/** Stretches of known values, each with the place where it begins. */
function runsOf(values: readonly (number | null)[]): { from: number; items: number[] }[] {
  const runs: { from: number; items: number[] }[] = [];
  let isOpen = false;
  for (const [index, value] of values.entries()) {
    if (value === null) {
      isOpen = false;
      continue;
    }
    if (isOpen) runs.at(-1)?.items.push(value);
    else runs.push({ from: index, items: [value] });
    isOpen = true;
  }
  return runs;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
