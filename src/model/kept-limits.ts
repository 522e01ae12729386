/** Limits of kept records, so that an egress without a reader does not fill the disk. */
export const keptByDefault: { readonly maxRecords: number; readonly retentionMs: number } = {
  maxRecords: 100_000,
  retentionMs: 604_800_000,
};
