import type { RetryOptions } from "./retry-options.ts";

/** Capped and exponential. The jitter shortens only: after the nominal delay the next try is due for certain. */
export function backOffMs(
  { initialDelayMs, maxDelayMs }: Omit<Required<RetryOptions>, "maxAttempts">,
  failures: number,
  random: () => number,
): number {
  const nominal = Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(failures - 1, 52));
  return Math.ceil(nominal * (1 - random() / 2));
}

/** Of links and deliveries. A link must not wait longer than an hour. */
export const deliveryRetry: Omit<Required<RetryOptions>, "maxAttempts"> = {
  initialDelayMs: 100,
  maxDelayMs: 60_000,
};
