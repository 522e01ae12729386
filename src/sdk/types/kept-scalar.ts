import type { KeptValue } from "./type-traits.ts";

/** How values of one type are written: one object for a type, by which it knows what it has kept itself. */
export interface ScalarKind<Value> {
  readonly typename: string;
  write(value: Value): Uint8Array;
  /**
   * Exactly as many bytes as `write` makes. Undefined of a text: one that is part of a longer one keeps all of that in memory,
   * so it is kept for a batch only.
   */
  size(value: Value): number | undefined;
}

const none: readonly [] = [];

/** A value that is written when its bytes are asked for, and only then: each time anew. */
export class KeptScalar<Value> implements KeptValue {
  readonly typename: string;
  readonly headers: readonly [] = none;
  readonly kind: ScalarKind<Value>;
  readonly value: Value;

  constructor(kind: ScalarKind<Value>, value: Value) {
    this.typename = kind.typename;
    this.kind = kind;
    this.value = value;
  }

  get text(): string | undefined {
    return typeof this.value === "string" ? this.value : undefined;
  }

  get bytes(): Uint8Array {
    return this.kind.write(this.value);
  }

  get size(): number | undefined {
    return this.kind.size(this.value);
  }

  get maxBytes(): number {
    return (this.text?.length ?? 1) * 3 + 6;
  }

  open(): Value {
    return this.value;
  }
}
