import type { PendingMessage } from "../commit/pending-message.ts";
import type { Instance } from "../mailboxes/instance.ts";

/** Places for messages that cannot be told apart. */
export class Pool {
  readonly places: number;
  /** Instances whose head waits for a place, in order. */
  readonly waiting: Set<Instance> = new Set();
  taken = 0;

  constructor(places: number) {
    this.places = places;
  }
}

export interface Lot {
  readonly pool: Pool;
  readonly members: Map<PendingMessage, Member>;
  /** That they run survives a crash. */
  isStored: boolean;
  cancel: () => void;
}

export interface Member {
  readonly instance: Instance;
  /** Its crashes before it got its place. */
  readonly before: number;
}

/** The more crashes, the sooner it is found out. */
export function worstFirst({ waiting }: Pool): Instance[] {
  const crashesOf = ({ mailbox }: Instance): number => mailbox.at(0)?.crashes ?? 0;
  return [...waiting].sort((one, other) => crashesOf(other) - crashesOf(one));
}
