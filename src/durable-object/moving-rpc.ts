import type { Abandoned } from "../engine/moving/abandon-part.ts";
import type { WireAddress } from "../model/invocation.ts";

/** How an object stands, and when it has changed last. */
export interface Settled {
  /** Engine time of its last window; 0 for an object that has nothing. */
  readonly time: number;
  /** It had messages for other objects, all of which have taken them now. */
  readonly hadMail: boolean;
}

/** One page of what an object has. */
export interface ExportAsked {
  /** Pages of one session are of one moment. */
  readonly session: string;
  /** From 0 on, one after another. */
  readonly page: number;
  /** Whatever runs, and changed it when. */
  readonly isLive: boolean;
  /** A later change is refused, so that all objects are as of this moment. */
  readonly since: number;
  readonly values: boolean;
  /** Addresses here with an id so long that rows do not have it. */
  readonly known: readonly WireAddress[];
}

export interface ExportedPage {
  /** Lines of an export, with their LF: the first page begins with `partition`. Empty for an object that has nothing. */
  readonly lines: Uint8Array;
  readonly isLast: boolean;
}

/** Lines of an export for one object. */
export interface ImportAsked {
  /** Of the export. */
  readonly sha256: string;
  /** Where each of the lines stands in the export, ascending. */
  readonly numbers: readonly number[];
  readonly lines: Uint8Array;
  readonly replace: boolean;
  /** Nothing is changed. */
  readonly isCheck: boolean;
}

/** What an import has brought to an object. */
export interface AbandonAsked {
  /** Of the export. */
  readonly sha256: string;
  /** Nothing is changed. */
  readonly isCheck: boolean;
}

/** That something was abandoned, for the record of what operators did. */
export interface AbandonedNote {
  readonly who: string;
  readonly why: string | undefined;
  readonly sha256: string;
  /** Objects; 0 if it is unknown of some whether they had something, or if an earlier request has done it. */
  readonly count: number;
  /** Of the request. With it a repeated one that has done nothing is not written down again. Undefined from older code. */
  readonly key: string | undefined;
}

/** What the Worker asks of an object to move what it has. */
export interface ObjectMoves {
  readonly settle: {
    readonly asked: { readonly isLive: boolean };
    readonly answer: Settled;
  };
  readonly export: { readonly asked: ExportAsked; readonly answer: ExportedPage };
  readonly import: { readonly asked: ImportAsked; readonly answer: undefined };
  readonly abandon: { readonly asked: AbandonAsked; readonly answer: Abandoned };
  /** Of the object of `statefun/activity`. */
  readonly noteAbandoned: { readonly asked: AbandonedNote; readonly answer: undefined };
}
