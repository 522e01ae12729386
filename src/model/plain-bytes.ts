import { copyOf } from "../internal/bytes.ts";
import type { WireValue } from "./invocation.ts";

/**
 * What encrypted bytes say, beside them and only in memory. Encryption is asynchronous, handlers are not: so a value is read
 * before its handler runs, and encrypted after it.
 */
export interface PlainBytes {
  /** The typename that the bytes inside have. Undefined with an error. */
  readonly typename?: string | undefined;
  readonly bytes?: Uint8Array | undefined;
  /** Why they cannot be read. Thrown where somebody reads them. */
  readonly error?: Error | undefined;
  /** Of bytes that are still to be encrypted, which are all zero until then: makes those that are sent or stored. */
  readonly seal?: (() => Promise<Uint8Array>) | undefined;
}

const key = "~plain";

/** Bytes with what they say. They are not copied; what is made of them, a copy or a view, says nothing. */
export function withPlain(bytes: Uint8Array, plain: PlainBytes): Uint8Array {
  return Object.defineProperty(bytes, key, { value: plain });
}

export function plainOf(bytes: Uint8Array | undefined): PlainBytes | undefined {
  return (bytes as { readonly [key]?: PlainBytes } | undefined)?.[key];
}

/** Of a value that is sent or stored. One without bytes of its own is not encrypted. */
export function plainIn(value: WireValue | undefined): PlainBytes | undefined {
  if (value === undefined || value.size !== undefined || value.text !== undefined) return undefined;
  return plainOf(value.bytes);
}

/** The value as it may leave this process: encrypted, and without what it says. */
export async function sealed(value: WireValue): Promise<WireValue> {
  const plain = plainIn(value);
  if (plain === undefined) return value;
  const { typename, bytes, headers } = value;
  return { typename, bytes: plain.seal ? await plain.seal() : bytes && copyOf(bytes), headers };
}
