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
  /** These are not all: only as many as a part needs, in the order of `namespace/name/id`. */
  readonly isListPart: boolean;
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

/** What of objects an import has brought is taken away. */
export interface AbandonWant {
  /** Names the import. */
  readonly sha256: string;
  /** Nothing is changed: it is only looked whether it could be abandoned. */
  readonly isCheck: boolean;
  /** Lines of the export, or addresses, whose objects are asked. Undefined: those that the directory has, behind `after`. */
  readonly lines: Uint8Array | undefined;
  readonly after: string | undefined;
  /** Addresses that the directory does not have are sent as such lines. */
  readonly isListed: boolean;
  /** Objects that are asked at a time. */
  readonly objects: number;
}

export interface AbandonedPart {
  /** Objects that were asked, and those of them that had something of the import. */
  readonly asked: number;
  readonly count: number;
  /** The last of them, where others follow. */
  readonly next: string | undefined;
}
