/** What it took to move everything once. */
export interface Moved {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** The most that was resident meanwhile, above what was before. */
  readonly heldBytes: number;
  /** CPU of SQLite alone, for the same rows. */
  readonly bareCpuMs?: number | undefined;
  /** CPU of the same export without readable values. */
  readonly withoutValuesCpuMs?: number | undefined;
}
