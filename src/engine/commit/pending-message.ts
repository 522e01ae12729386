import type { WireAddress, WireValue } from "../../model/invocation.ts";
import { messageBytes } from "../../model/message-bytes.ts";
import type { MessageRecord, Position } from "../contract/records.ts";

/** A pending message in memory. */
export interface Mail {
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
   * To how many more windows it may be put off before it has run: it is from outside, and nobody was told yet that it
   * was accepted.
   */
  mayWait: number;
  /** What a restart found: it runs alone, and its attempt is committed before. */
  recovery: "none" | "recovered" | "suspect";
}

export function recordOf(mail: Mail): MessageRecord {
  const { number, target, caller, argument, attempts, crashes } = mail;
  return { number, target, caller, argument, attempts, crashes };
}

/** What a message takes in memory: with what an entry costs beside its bytes. */
export function sizeOf({
  argument,
  target,
  caller,
}: Pick<Mail, "argument" | "target" | "caller">): number {
  return messageBytes(argument, target, caller) + 200;
}

/** Names an address in tables: a typename has exactly one slash, so the parts are told apart. */
export function keyOf(address: WireAddress): string {
  return `${address.typename}/${address.id}`;
}
