import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";
import type { MessageRecord, Position } from "../contract/records.ts";

/** A pending message in memory. */
export interface PendingMessage {
  readonly number: Position;
  readonly target: WireAddress;
  readonly caller: WireAddress | undefined;
  readonly argument: WireValue;
  /** In memory. */
  readonly bytes: number;
  attempts: number;
  crashes: number;
  /** The sequence of the window that stored it; 0 while it is in no committed window. */
  storedIn: number;
  /** Handled or given up within the window that produced it: it is never stored. */
  isGone: boolean;
  /**
   * How many more windows may close before it must be stored: it is from outside, and its receipt was not sent
   * yet.
   */
  mayWait: number;
  /** An earlier run may have ended by it: it must be stored before it runs, so that it is found out if it was. */
  isCareful: boolean;
  /** A restart found it after a crash, or with crashes: before it runs, one more crash is stored for it. */
  readonly isRecovered: boolean;
}

export function recordOf(mail: PendingMessage): MessageRecord {
  const { number, target, caller, argument, attempts, crashes } = mail;
  return { number, target, caller, argument, attempts, crashes };
}

/** A message of a few bytes that came by RPC takes 670 to 730 on the heap of V8, those bytes included. */
const entryBytes = 600;

/** What a message takes in memory, including the cost of an entry besides its bytes. */
export function sizeOf({
  argument,
  target,
  caller,
}: Pick<PendingMessage, "argument" | "target" | "caller">): number {
  return messageBytes(argument, target, caller) + entryBytes;
}

/** Key of an address in tables. A typename has exactly one slash, so two addresses never have the same key. */
export function keyOf(address: WireAddress): string {
  return `${address.typename}/${address.id}`;
}
