/** 1234 → "1,234". */
export function count(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** "1 message", "1,204 messages". */
export function counted(value: number, what: string): string {
  return `${count(value)} ${what}${value === 1 ? "" : "s"}`;
}

/** "1,204", "96.1k", "9.2M". */
export function shortCount(value: number): string {
  if (value < 10_000) return count(value);
  if (value < 999_500) return `${short(value / 1_000)}k`;
  return value < 999_500_000 ? `${short(value / 1_000_000)}M` : `${short(value / 1e9)}G`;
}

function short(value: number): string {
  return value < 99.5 ? String(Math.round(value * 10) / 10) : count(value);
}

export function bytes(value: number): string {
  return scaled(value, [" B", " kB", " MB", " GB"]);
}

/** Three digits, and what a thousand is multiplied by. */
function scaled(value: number, units: readonly string[]): string {
  const power = value < 1_000 ? 0 : Math.min(Math.floor(Math.log10(value * 1.0005) / 3), 3);
  return `${power === 0 ? value : (value / 1_000 ** power).toPrecision(3)}${units[power]}`;
}

/** A rate: two significant digits below ten. */
export function rate(value: number): string {
  if (value === 0) return "0";
  return value < 10 ? value.toLocaleString("en-US", { maximumFractionDigits: 1 }) : count(value);
}

/** A duration in its two largest units. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 1) return `${Number(ms.toPrecision(1))} ms`;
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${padded((ms / 1_000) % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${padded(minutes % 60)} min`;
  return inUnits(Math.floor(ms / 3_600_000) * 3_600_000, 2);
}

function padded(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}

/** A duration in its largest unit. */
export function shortDuration(ms: number): string {
  return inUnits(ms, 1);
}

/** A duration that somebody has chosen: "1 d", "1 h 30 min", "2.5 ms". */
export function span(ms: number): string {
  return ms < 1_000 ? `${ms.toLocaleString("en-US")} ms` : inUnits(ms, units.length);
}

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

/** The largest unit, and so many behind it where they are not 0. */
function inUnits(ms: number, most: number): string {
  const numbers = units.map(([size], at) =>
    Math.floor((ms % (units[at - 1]?.[0] ?? Infinity)) / size),
  );
  const first = Math.max(
    0,
    numbers.findIndex((one) => one > 0),
  );
  const parts = units
    .map(([, name], at) => (numbers[at] ? `${count(numbers[at])} ${name}` : ""))
    .slice(first, first + most)
    .filter((one) => one !== "");
  return parts.join(" ") || "0 s";
}

/** What a fraction `share` of a histogram is at most, by the bounds of its buckets; undefined for an empty one. */
export function quantile(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): number | undefined {
  const total = counts.reduce((sum, one) => sum + one, 0);
  if (total === 0) return undefined;
  let left = total * share;
  for (const [bucket, one] of counts.entries()) {
    left -= one;
    if (left <= 0) return bounds[bucket] ?? bounds.at(-1);
  }
  return bounds.at(-1);
}
