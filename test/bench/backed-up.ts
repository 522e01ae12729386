/** What became of a load while it was watched. */
export interface Phase {
  readonly ms: number;
  /** Messages of orders that were acknowledged. */
  readonly messages: number;
  /** Of the process, the thread of the backup included. */
  readonly cpuMs: number;
  /** The longest that an order waited for its acknowledgement. */
  readonly slowestMs: number;
}

/** A backup under load. */
export interface BackedUp {
  readonly before: Phase;
  readonly during: Phase;
  readonly after: Phase;
  /** Of the copy. */
  readonly bytes: number;
  /** Of the log of the store at the end of the backup. */
  readonly logBytes: number;
}
