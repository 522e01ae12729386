import type { WireAddress } from "../../model/invocation.ts";

/** Which texts, in the order of their UTF-8. */
export interface TextsWant {
  /** Those that begin with it. "" is all. */
  readonly prefix: string;
  /** Behind this one; undefined from the first one on. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** A page of ids or of owners, each once. */
export interface IdsPage {
  readonly ids: readonly string[];
  /** Nothing comes behind them. Otherwise there may be something, and there may be fewer than are wanted. */
  readonly isEnd: boolean;
  /** It would have taken too long: `ids` is empty, and the same want with this goes on where it stopped. */
  readonly scan?: object;
}

/** What an address has of states. */
export interface StateSizes {
  readonly states: number;
  /** Of their values together. Undefined where they would have to be read. */
  readonly bytes: number | undefined;
}

/**
 * Reads of a store whose addresses can be listed, by an index and never by a look at values. As all reads they are of the
 * committed windows.
 */
export interface AddressReads {
  /** Ids that have a state of this function, expired ones that are not swept yet included. */
  withStates(typename: string, want: TextsWant, scan?: object): IdsPage;
  /** Owners of timers. */
  owners(want: TextsWant, scan?: object): IdsPage;
  /** What has not expired at `time`. */
  sizes(address: WireAddress, time: number): StateSizes;
}
