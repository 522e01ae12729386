import type { WireAddress, WireValue } from "../../model/invocation.ts";

/** A message that a source outside gave. */
export interface SourceMessage {
  readonly target: WireAddress;
  readonly argument: WireValue;
}

/** What a source gives at once, and how far it has been read with that. */
export interface SourceBatch {
  /** A name for good: what is stored under it says where to go on. */
  readonly source: string;
  /** The ingress that the source is of, for those who record. @default that is not known */
  readonly ingress?: string;
  /** Whatever the source needs to go on behind these messages. */
  readonly position: string;
  /** In their order. None at all where there was nothing to hand on. */
  readonly messages: readonly SourceMessage[];
}
