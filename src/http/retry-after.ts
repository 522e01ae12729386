/** Nobody means more, and a mistaken header must not park an endpoint for days. */
const longestPauseMs = 3_600_000;

/** How long a server asks to be left alone: seconds, or a date. Undefined where it does not say, or says nonsense. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  if (Number.isNaN(wait)) return undefined;
  return Math.min(Math.max(wait, 0), longestPauseMs);
}
