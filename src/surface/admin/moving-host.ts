import type { WireAddress } from "../../model/invocation.ts";

/** What of an application is exported. All but `values` is for engines of many objects. */
export interface ExportWant {
  /** Whether values are written as JSON too. */
  readonly values: boolean;
  /** Only what stands behind this partition. */
  readonly after: string | undefined;
  /** The moment of the export, if this is not its first part. */
  readonly since: number | undefined;
  /** Objects of a part. */
  readonly objects: number;
  /** While it runs: each object is of a moment of its own. */
  readonly isLive: boolean;
  /** Addresses beside those of the directory. */
  readonly addresses: readonly WireAddress[] | undefined;
}

/** Some lines of an export, for the objects of their records. */
export interface ImportPartWant {
  /** Names the export: a part of it that comes again is left out. */
  readonly sha256: string;
  /** The number of the first of the lines in the export. */
  readonly from: number;
  /** Nothing is changed: it is only looked whether they could be imported. */
  readonly isCheck: boolean;
  readonly replace: boolean;
  readonly lines: Uint8Array;
}
