/** Something outside that does not work now, and is tried again. */
export interface Trouble {
  /** A topic, a broker, an egress: what it is about. */
  readonly part: string;
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
}
