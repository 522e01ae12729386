import type { WireAddress } from "../../model/invocation.ts";
import type { LinkMessage } from "./links.ts";

/** The directory of a partitioned engine: partitions of its own, which know the addresses that have a state. */
export interface DirectoryParts {
  /** Whether it has the addresses of this function, from now on. */
  isListed(typename: string): boolean;
  /** The part of the directory that an address stands in. It must always be the same. */
  shardOf(address: WireAddress): WireAddress;
  /** Whether a partition of this name is a part of the directory. */
  isShard(partition: string): boolean;
}

/** What takes notes, in a partition that is a part of the directory. */
export interface NoteTaker {
  take(messages: readonly LinkMessage[]): void;
}

/** What a partition says of an address to the directory. */
export interface DirectoryNote {
  readonly address: WireAddress;
  /** It has a state. */
  readonly isHere: boolean;
  /** Engine time of its window, and a position of its partition: of two notes of an address the later one counts. */
  readonly time: number;
  readonly number: number;
}

/** Whether a note is later than another one of its address. */
export function isLater(
  note: Pick<DirectoryNote, "time" | "number">,
  than: Pick<DirectoryNote, "time" | "number">,
): boolean {
  return note.time === than.time ? note.number > than.number : note.time > than.time;
}

/** Ids of a function in a part of the directory. */
export interface DirectoryWant {
  readonly typename: string;
  readonly prefix: string;
  /** Only ids behind this one, in the order of their UTF-8. */
  readonly after: string | undefined;
  readonly limit: number;
}

export interface DirectoryPage {
  readonly ids: readonly string[];
  /** All up to this id were looked at, and there may be more; undefined at the end. */
  readonly next: string | undefined;
}
