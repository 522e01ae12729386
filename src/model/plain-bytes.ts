import type { WireValue } from "./invocation.ts";
import type { Completed } from "./outcome.ts";

/**
 * What encrypted bytes say, beside them and only in memory. Encryption is asynchronous, handlers are not: so a value is read
 * before its handler runs, and encrypted after it. All that is done with it comes with the encrypted type, and is nobody else's weight.
 */
export interface PlainBytes {
  /** The value as it may leave this process: encrypted, and without what it says. */
  sealed(value: WireValue): Promise<WireValue>;
  /** The same for all that a batch did. */
  sealedOutcome(completed: Completed): Promise<Completed>;
  /** Throws for bytes that are still to be encrypted, which are all zero until then. */
  assertSealed(typename: string): void;
}

/** Beside bytes. A copy or a view of them does not have it. */
export const plainKey = "~plain";

export function plainOf(bytes: Uint8Array | undefined): PlainBytes | undefined {
  return (bytes as { readonly [plainKey]?: PlainBytes } | undefined)?.[plainKey];
}

/** Of a value that is sent or stored. One without bytes of its own is not encrypted. */
export function plainIn(value: WireValue): PlainBytes | undefined {
  // Others make their bytes when they are asked for them.
  return (value.size ?? value.text ?? value.utf8) === undefined ? plainOf(value.bytes) : undefined;
}
