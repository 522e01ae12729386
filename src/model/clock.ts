/** Time as a parameter: virtual under test, the platform's elsewhere. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment, never set: what durations are measured by. */
  monotonic(): number;
  /** Runs once after a delay of at most 2³¹ − 1 ms, soon after one of less than 0; the result takes it back. */
  after(delayMs: number, run: () => void): () => void;
}
