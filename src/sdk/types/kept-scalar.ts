import type { WireValue } from "../../model/invocation.ts";
import type { KeptValue } from "./type-traits.ts";

/** How values of one type are written: one object for a type, by which it knows what it has kept itself. */
export interface ScalarKind<Value> {
  readonly typename: string;
  write(value: Value): Uint8Array;
  /** Exactly as many as `write` makes. */
  size(value: Value): number;
}

/**
 * V8 cuts a longer text out of another one without a copy, and keeps all of that one. Only what is kept beyond a batch has to
 * care.
 */
const longestCopied = 12;

const none: readonly [] = [];

/** A value that is written when its bytes are asked for, and only then: each time anew. */
export class KeptScalar<Value> implements KeptValue {
  readonly #kind: ScalarKind<Value>;
  readonly #value: Value;

  constructor(kind: ScalarKind<Value>, value: Value) {
    this.#kind = kind;
    this.#value = value;
  }

  /** The value, if it was kept by this very type. */
  static of<Value>(kind: ScalarKind<Value>, wire: WireValue): KeptScalar<Value> | undefined {
    // With the kind of a type it holds a value of that type.
    return #kind in wire && (wire.#kind as unknown) === kind
      ? (wire as unknown as KeptScalar<Value>)
      : undefined;
  }

  get typename(): string {
    return this.#kind.typename;
  }

  get headers(): readonly [] {
    return none;
  }

  get text(): string | undefined {
    return typeof this.#value === "string" ? this.#value : undefined;
  }

  get bytes(): Uint8Array {
    return this.#kind.write(this.#value);
  }

  get size(): number {
    return this.#kind.size(this.#value);
  }

  get maxBytes(): number {
    return (this.text?.length ?? 1) * 3 + 6;
  }

  /** For as long as anybody likes: holds nothing but its value. */
  get lasting(): WireValue {
    if ((this.text?.length ?? 0) <= longestCopied) return this;
    const { typename, bytes, headers } = this;
    return { typename, bytes, headers };
  }

  open(): Value {
    return this.#value;
  }
}
