import { invalid } from "../internal/assert.ts";
import { copyOf, noBytes, sameBytes } from "../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import type { WireValue } from "../model/invocation.ts";
import type { StateMutation } from "../model/outcome.ts";
import type { ResolvedState } from "./state-specs.ts";
import { readsTypename, traitsOf } from "./type-traits.ts";

/** What a cell has to know of the rules of its batch. */
export interface CellRules {
  /** Whether values are stored with the state's type (v3), or as an Any of their own type (v2). */
  readonly features: { readonly typedState: boolean };
  readonly maxStateBytes: number;
}

/**
 * One state of one instance during a batch. Reads are lazy and give the same object each time; writes
 * are encoded at once, so that a bad value fails where it is assigned. Nothing is stored until `settle`:
 * `discard` takes back everything since the last one, changes in place included.
 */
export class StateCell {
  readonly #spec: ResolvedState;
  readonly #owner: string;
  readonly #rules: CellRules;
  readonly #isMutable: boolean;
  /** What counts as stored: what the runtime sent, or what the last settled invocation left. */
  #stored: WireValue | undefined;
  #isChanged = false;
  #isLoaded = false;
  /** Assigned or deleted since the last settle. */
  #isWritten = false;
  #value: unknown;
  /** The encoding of what was assigned, where it cannot change in place. */
  #encoded: WireValue | undefined;
  /** Set once `initial` was read: its encoding then, to notice changes of it in place. */
  #initial: Uint8Array | undefined;
  /** What `settle` will store; a value of undefined deletes. */
  #change: { readonly value: WireValue | undefined } | undefined;

  constructor(spec: ResolvedState, stored: WireValue | undefined, owner: string, rules: CellRules) {
    this.#spec = spec;
    this.#owner = owner;
    this.#rules = rules;
    this.#isMutable = traitsOf(spec.type).immutable !== true;
    this.#stored = stored?.bytes && stored;
  }

  get(): unknown {
    if (!this.#isLoaded) {
      this.#value = this.#stored && this.#decode(this.#stored);
      this.#isLoaded = true;
    }
    const { initial } = this.#spec;
    if (this.#value === undefined && initial !== undefined) {
      const value = initial();
      this.#initial = this.#isMutable ? copyOf(bytesOf(this.#encode(value))) : noBytes;
      this.#value = value;
    }
    return this.#value;
  }

  set(value: unknown): void {
    const encoded = value === undefined ? undefined : this.#encode(value);
    this.#encoded = this.#isMutable ? undefined : encoded;
    this.#value = value;
    this.#isLoaded = this.#isWritten = true;
    this.#initial = undefined;
  }

  /** Finds out what `settle` has to store; may throw, and changes nothing that is read. */
  prepare(): void {
    this.#change = undefined;
    if (!this.#isLoaded) return;
    const isAssigned = this.#isWritten && this.#initial === undefined;
    const before = this.#initial ?? this.#stored?.bytes;
    if (this.#value !== undefined && (isAssigned || (this.#isMutable && before !== undefined))) {
      const value = this.#encoded ?? this.#encode(this.#value);
      if (isAssigned || this.#isOther(bytesOf(value), before)) {
        // A copy, since a later change of the value in place is not a change of what is stored.
        const copy = this.#isMutable ? { ...value, bytes: copyOf(bytesOf(value)) } : value;
        this.#change = { value: copy };
        return;
      }
    }
    // Deleted, and at most `initial` was read since.
    if (this.#isWritten) this.#change = { value: undefined };
  }

  /** Keeps what `prepare` found. */
  settle(): void {
    if (this.#change === undefined) return;
    this.#isChanged = true;
    this.#stored = this.#change.value;
    this.#isWritten = false;
    this.#initial = undefined;
    if (this.#stored === undefined) this.discard();
  }

  discard(): void {
    this.#isLoaded = this.#isWritten = false;
    this.#value = this.#initial = this.#encoded = undefined;
  }

  mutation(): StateMutation | undefined {
    return this.#isChanged ? { name: this.#spec.name, value: this.#stored } : undefined;
  }

  #isOther(bytes: Uint8Array, before: Uint8Array | undefined): boolean {
    if (before !== undefined && sameBytes(bytes, before)) return false;
    if (this.#initial !== undefined || this.#stored === undefined) return true;
    // Other SDKs write the same value with other bytes: compare with our encoding of theirs.
    return !sameBytes(bytes, bytesOf(this.#encode(this.#decode(this.#stored))));
  }

  #encode(value: unknown): WireValue {
    const { type } = this.#spec;
    const { maxStateBytes, features } = this.#rules;
    try {
      const { any, encodeState } = traitsOf(type);
      const bytes = (encodeState ?? type.encode)(value);
      if (bytes.length > maxStateBytes) {
        const text = `${bytes.length} bytes are more than maxStateBytes (${maxStateBytes})`;
        throw new StateFunError("limit_exceeded", text);
      }
      const own = features.typedState ? undefined : any?.toWire(value);
      return {
        typename: own?.typename ?? type.typename,
        bytes: own?.bytes ? copyOf(own.bytes) : bytes,
        headers: [],
      };
    } catch (error) {
      throw this.#failure(error instanceof StateFunError ? error.code : "value_invalid", error);
    }
  }

  #decode(stored: WireValue): unknown {
    const { type } = this.#spec;
    const { typename, bytes = noBytes } = stored;
    try {
      const { any } = traitsOf(type);
      if (any === undefined) {
        if (readsTypename(type, typename)) return type.decode(bytes);
      } else {
        if (!this.#rules.features.typedState)
          return any.fromWire({ ...stored, bytes: copyOf(bytes) }, "state_undecodable");
        if (typename === type.typename) return type.decode(bytes);
      }
      throw invalid(`it is stored as ${show(typename)} and declared as ${type.typename}`);
    } catch (error) {
      throw this.#failure("state_undecodable", error);
    }
  }

  #failure(code: StateFunErrorCode, cause: unknown): StateFunError {
    const message = `state ${show(this.#spec.name)} of ${this.#owner}: ${reasonOf(cause)}`;
    return new StateFunError(code, message, { cause });
  }
}

function bytesOf(value: WireValue): Uint8Array {
  return value.bytes ?? noBytes;
}
