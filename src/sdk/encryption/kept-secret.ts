import { sameBytes } from "../../internal/bytes.ts";
import type { AnyType } from "../types/type.ts";
import { type KeptValue, traitsOf } from "../types/type-traits.ts";

/** A value of an encrypted type, as the type inside keeps it. */
export class KeptSecret implements KeptValue {
  readonly typename: string;
  readonly headers: readonly [] = [];
  readonly #type: AnyType;
  readonly #masked: Masked;
  /** Made at its first use: throws where the value cannot be read. */
  readonly #make: () => KeptValue;
  readonly #write: (inner: KeptValue) => Uint8Array;
  readonly #overhead: number;
  #inner: KeptValue | undefined;
  #bytes: Uint8Array | undefined;

  constructor(
    typename: string,
    type: AnyType,
    parts: {
      readonly make: () => KeptValue;
      /** The bytes of the encrypted value. */
      readonly write: (inner: KeptValue) => Uint8Array;
      readonly masked: Masked;
      readonly overhead: number;
    },
  ) {
    this.typename = typename;
    this.#type = type;
    this.#make = parts.make;
    this.#write = parts.write;
    this.#masked = parts.masked;
    this.#overhead = parts.overhead;
  }

  get #kept(): KeptValue {
    this.#inner ??= this.#make();
    return this.#inner;
  }

  get bytes(): Uint8Array {
    this.#bytes ??= this.#write(this.#kept);
    return this.#bytes;
  }

  get maxBytes(): number {
    return this.#kept.maxBytes + this.#overhead;
  }

  open(): unknown {
    const kept = this.#kept;
    return this.#masked(() => kept.open());
  }

  /** Always known: encrypted bytes of equal values differ, and reveal nothing. */
  holds(value: unknown): boolean {
    const kept = this.#kept;
    return this.#masked(() => {
      if (kept.holds !== undefined) return kept.holds(value);
      const now = this.#type.encode(value);
      return sameBytes(now, kept.bytes) || sameBytes(now, this.#type.encode(kept.open()));
    });
  }
}

/** Runs what may throw an error that quotes the value: such an error is replaced. */
export type Masked = <T>(run: () => T) => T;

/** A value as a type keeps it, or one that is encoded by it. */
export function keptOf(type: AnyType, value: unknown, isAssigned: boolean): KeptValue {
  const { keep } = traitsOf(type);
  if (keep !== undefined) return keep(value, isAssigned);
  return keptBytes(type, type.typename, type.encode(value));
}

/** A value of which the bytes are known. */
export function keptBytes(type: AnyType, typename: string, bytes: Uint8Array): KeptValue {
  const { kept, read } = traitsOf(type);
  const own = kept?.({ typename, bytes, headers: [] });
  if (own !== undefined) return own;
  if (read !== undefined && typename === type.typename) return read(bytes);
  return { typename, bytes, headers: [], maxBytes: bytes.length, open: () => type.decode(bytes) };
}
