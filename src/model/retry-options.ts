/** How often an engine of ours tries a message, and how long it waits between. A Flink cluster has its own. */
export interface RetryOptions {
  /** @default 8 */
  readonly maxAttempts?: number;
  /** @default 100, in milliseconds: doubled from attempt to attempt */
  readonly initialDelayMs?: number;
  /** @default 60_000: whatever is down longer is looked for once a minute */
  readonly maxDelayMs?: number;
}
