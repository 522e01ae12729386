import type { KeptValue } from "./type-traits.ts";

/** A value that is written when its bytes are asked for, and only then. */
export class KeptScalar<Value> implements KeptValue {
  readonly typename: string;
  readonly headers: readonly [] = [];
  readonly text: string | undefined;
  readonly #write: (value: Value) => Uint8Array;
  readonly #value: Value;

  constructor(typename: string, write: (value: Value) => Uint8Array, value: Value) {
    this.typename = typename;
    this.text = typeof value === "string" ? value : undefined;
    this.#write = write;
    this.#value = value;
  }

  get bytes(): Uint8Array {
    return this.#write(this.#value);
  }

  get maxBytes(): number {
    return (this.text?.length ?? 1) * 3 + 6;
  }

  open(): Value {
    return this.#value;
  }
}
