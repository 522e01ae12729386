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
  if (value < 10_000) return value.toLocaleString("en-US");
  if (value < 999_500) return `${short(value / 1_000)}k`;
  return value < 999_500_000 ? `${short(value / 1_000_000)}M` : `${short(value / 1e9)}G`;
}

/** A duration in its largest unit. */
export function shortDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(ms / 1_000))} s`;
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} d`;
}

function short(value: number): string {
  return value < 99.5
    ? (Math.round(value * 10) / 10).toString()
    : Math.round(value).toLocaleString("en-US");
}

/** A rate: two significant digits below ten. */
export function rate(value: number): string {
  if (value === 0) return "0";
  return value < 10 ? value.toLocaleString("en-US", { maximumFractionDigits: 1 }) : count(value);
}

export function bytes(value: number): string {
  if (value < 1_000) return `${value} B`;
  if (value < 1_000_000) return `${(value / 1_000).toPrecision(3)} kB`;
  if (value < 1_000_000_000) return `${(value / 1_000_000).toPrecision(3)} MB`;
  return `${(value / 1_000_000_000).toPrecision(3)} GB`;
}

/** A duration in its two largest units. */
export function duration(ms: number): string {
  if (ms < 0) return `-${duration(-ms)}`;
  if (ms < 1) return ms === 0 ? "0 ms" : `${ms.toPrecision(1)} ms`;
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  const seconds = ms / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${count(days)} d` : `${count(days)} d ${hours % 24} h`;
}

/** A duration that somebody has chosen: "1 d", "1 h 30 min", "2.5 ms". */
export function span(ms: number): string {
  if (ms < 1_000) return `${ms.toLocaleString("en-US")} ms`;
  const parts = units.map(([size, name]) => {
    const number = Math.floor(ms / size);
    ms -= number * size;
    return number === 0 ? "" : `${count(number)} ${name}`;
  });
  return parts.filter((one) => one !== "").join(" ");
}

const units = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1_000, "s"],
  [1, "ms"],
] as const;

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
