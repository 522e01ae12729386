import { show } from "../internal/assert.ts";
import { noBytes, sameBytes } from "../internal/bytes.ts";
import { StateFunError } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import type { StateMutation } from "../model/outcome.ts";
import { type Message, messageFromWire, messageToWire } from "./message.ts";
import type { ResolvedState } from "./state-specs.ts";
import { isAnyValue, readsTypename, traitsOf } from "./type-traits.ts";

/** What a cell has to know of its surroundings. */
export interface CellRules {
  readonly owner: string;
  /** Values are stored with the state's type (v3), not as an Any of their own type (v2). */
  readonly typedState: boolean;
  readonly maxStateBytes: number;
}

/**
 * One state of one instance during a batch. Reads are lazy and give the same object each time; writes
 * are encoded at once, so that a bad value fails where it is assigned. Nothing is stored until `settle`:
 * `discard` takes back everything since the last one, changes in place included.
 */
export class StateCell {
  readonly #spec: ResolvedState;
  readonly #rules: CellRules;
  readonly #mutable: boolean;
  /** What counts as stored: what the runtime sent, or what the last settled invocation left. */
  #stored: WireValue | undefined;
  #isDirty = false;
  #isLoaded = false;
  /** Assigned or deleted since the last settle. */
  #isWritten = false;
  #hasValue = false;
  #value: unknown;
  #written: WireValue | undefined;
  /** `initial` was read: its value with its encoding, to notice changes in place. */
  #initial: { readonly value: unknown; readonly bytes: Uint8Array } | undefined;

  constructor(spec: ResolvedState, stored: WireValue | undefined, rules: CellRules) {
    this.#spec = spec;
    this.#rules = rules;
    this.#mutable = traitsOf(spec.type).immutable !== true;
    this.#stored = stored?.bytes === undefined ? undefined : stored;
  }

  get(): unknown {
    if (!this.#isLoaded) {
      this.#value = this.#stored && this.#decode(this.#stored);
      this.#hasValue = this.#stored !== undefined;
      this.#isLoaded = true;
    }
    if (this.#hasValue || this.#spec.initial === undefined) return this.#value;
    if (this.#initial === undefined) {
      const value = this.#spec.initial();
      this.#initial = { value, bytes: this.#mutable ? this.#encode(value).bytes : noBytes };
    }
    return this.#initial.value;
  }

  set(value: unknown): void {
    const written = value === undefined ? undefined : this.#encode(value).wire;
    this.#written = written;
    this.#value = value;
    this.#hasValue = written !== undefined;
    this.#isLoaded = this.#isWritten = true;
    this.#initial = undefined;
  }

  /** What `settle` would store; may throw, and changes nothing. */
  pending(): { readonly value: WireValue | undefined } | undefined {
    if (this.#initial !== undefined && this.#mutable) {
      const { bytes, wire } = this.#encode(this.#initial.value);
      if (!sameBytes(bytes, this.#initial.bytes)) return { value: wire };
    }
    if (this.#isWritten) {
      // The object that was assigned may have changed since.
      const isFinal = this.#written === undefined || !this.#mutable;
      return { value: isFinal ? this.#written : this.#encode(this.#value).wire };
    }
    if (!this.#isLoaded || !this.#mutable || this.#stored?.bytes === undefined) return undefined;
    const { bytes, wire } = this.#encode(this.#value);
    if (sameBytes(bytes, this.#stored.bytes)) return undefined;
    // Other SDKs write the same value with other bytes: compare with our encoding of theirs.
    const fresh = this.#encode(this.#decode(this.#stored)).bytes;
    return sameBytes(bytes, fresh) ? undefined : { value: wire };
  }

  /** Keeps what `pending` said. */
  settle(pending: { readonly value: WireValue | undefined } | undefined): void {
    if (pending === undefined) return;
    this.#stored = pending.value;
    this.#isDirty = true;
    this.#isWritten = false;
    this.#written = undefined;
    if (this.#initial !== undefined && pending.value !== undefined) {
      this.#value = this.#initial.value;
      this.#hasValue = true;
      this.#initial = undefined;
    }
  }

  discard(): void {
    this.#isLoaded = this.#isWritten = this.#hasValue = false;
    this.#value = this.#initial = this.#written = undefined;
  }

  mutation(): StateMutation | undefined {
    return this.#isDirty ? { name: this.#spec.name, value: this.#stored } : undefined;
  }

  #encode(value: unknown): { readonly bytes: Uint8Array; readonly wire: WireValue } {
    const { type } = this.#spec;
    const { maxStateBytes, typedState } = this.#rules;
    let bytes: Uint8Array;
    try {
      bytes = (traitsOf(type).encodeState ?? type.encode)(value);
    } catch (error) {
      throw this.#failure("value_invalid", "cannot be stored", error);
    }
    if (bytes.length > maxStateBytes) {
      const sizes = `${bytes.length} bytes are more than maxStateBytes (${maxStateBytes})`;
      throw this.#failure("limit_exceeded", "is too large", new RangeError(sizes));
    }
    if (isAnyValue(type) && !typedState) {
      // The type encoded it, so it is a message.
      return { bytes, wire: { ...messageToWire(value as Message), headers: [] } };
    }
    return { bytes, wire: { typename: type.typename, bytes, headers: [] } };
  }

  #decode(stored: WireValue): unknown {
    const { type } = this.#spec;
    const bytes = stored.bytes ?? noBytes;
    if (isAnyValue(type) && !this.#rules.typedState) {
      return messageFromWire({ typename: stored.typename, bytes: bytes.slice(), headers: [] });
    }
    if (!readsTypename(type, stored.typename)) {
      const reason = `stored is ${show(stored.typename)}, declared is ${type.typename}`;
      throw this.#failure("state_undecodable", "is of another type", new TypeError(reason));
    }
    try {
      return type.decode(bytes);
    } catch (error) {
      throw this.#failure("state_undecodable", "cannot be read", error);
    }
  }

  #failure(
    code: "value_invalid" | "state_undecodable" | "limit_exceeded",
    what: string,
    cause: unknown,
  ): StateFunError {
    const isKnown = code === "value_invalid" && cause instanceof StateFunError;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new StateFunError(
      isKnown ? cause.code : code,
      `state ${show(this.#spec.name)} of ${this.#rules.owner} ${what}: ${reason}`,
      { cause },
    );
  }
}
