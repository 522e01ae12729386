import { invalid, show } from "../internal/assert.ts";
import { noBytes, sameBytes } from "../internal/bytes.ts";
import { reasonOf, StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import type { WireValue } from "../model/invocation.ts";
import type { StateMutation } from "../model/outcome.ts";
import type { ResolvedState } from "./state-specs.ts";
import { readsTypename, traitsOf } from "./type-traits.ts";

/** What a cell has to know of its surroundings. */
export interface CellRules {
  readonly owner: string;
  /** Values are stored with the state's type (v3), not as an Any of their own type (v2). */
  readonly typedState: boolean;
  readonly maxStateBytes: number;
}

/** What a cell would store; a value of undefined deletes. */
export interface CellChange {
  readonly value: WireValue | undefined;
}

/**
 * One state of one instance during a batch. Reads are lazy and give the same object each time; writes
 * are encoded at once, so that a bad value fails where it is assigned. Nothing is stored until `settle`:
 * `discard` takes back everything since the last one, changes in place included.
 */
export class StateCell {
  readonly #spec: ResolvedState;
  readonly #rules: CellRules;
  /** What counts as stored: what the runtime sent, or what the last settled invocation left. */
  #stored: WireValue | undefined;
  #isChanged = false;
  #isLoaded = false;
  /** Assigned or deleted since the last settle. */
  #isWritten = false;
  #value: unknown;
  /** The encoding of `initial` when it was read, to notice changes of it in place. */
  #initial: Uint8Array | undefined;

  constructor(spec: ResolvedState, stored: WireValue | undefined, rules: CellRules) {
    this.#spec = spec;
    this.#rules = rules;
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
      this.#initial = bytesOf(this.#encode(value));
      this.#value = value;
    }
    return this.#value;
  }

  set(value: unknown): void {
    if (value !== undefined) this.#encode(value);
    this.#value = value;
    this.#isLoaded = this.#isWritten = true;
    this.#initial = undefined;
  }

  /** What `settle` would store; may throw, and changes nothing. */
  pending(): CellChange | undefined {
    if (!this.#isLoaded) return undefined;
    const isMutable = traitsOf(this.#spec.type).immutable !== true;
    const before = this.#initial ?? this.#stored?.bytes;
    if (this.#value !== undefined && (this.#isWritten || (isMutable && before !== undefined))) {
      const value = this.#encode(this.#value);
      const isWritten = this.#isWritten && this.#initial === undefined;
      if (isWritten || this.#isOther(bytesOf(value), before)) {
        // A copy, since a later change of the value in place is not a change of what is stored.
        return { value: { ...value, bytes: bytesOf(value).slice() } };
      }
    }
    // Deleted, and at most `initial` was read since.
    return this.#isWritten ? { value: undefined } : undefined;
  }

  /** Keeps what `pending` said. */
  settle(change: CellChange | undefined): void {
    if (change === undefined) return;
    this.#isChanged = true;
    this.#stored = change.value;
    this.#isWritten = false;
    this.#initial = undefined;
    if (change.value === undefined) this.discard();
  }

  discard(): void {
    this.#isLoaded = this.#isWritten = false;
    this.#value = this.#initial = undefined;
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
    const { maxStateBytes, typedState } = this.#rules;
    try {
      const { any, encodeState } = traitsOf(type);
      const bytes = (encodeState ?? type.encode)(value);
      if (bytes.length > maxStateBytes) {
        const text = `${bytes.length} bytes are more than maxStateBytes (${maxStateBytes})`;
        throw new StateFunError("limit_exceeded", text);
      }
      const own = typedState ? undefined : any?.toWire(value);
      return { typename: type.typename, bytes, ...own, headers: [] };
    } catch (error) {
      throw this.#failure(error instanceof StateFunError ? error.code : "value_invalid", error);
    }
  }

  #decode(stored: WireValue): unknown {
    const { type } = this.#spec;
    const { typename, bytes = noBytes } = stored;
    try {
      const { any } = traitsOf(type);
      if (any !== undefined && !this.#rules.typedState) {
        return any.fromWire({ ...stored, bytes: bytes.slice() });
      }
      if (readsTypename(type, typename)) return type.decode(bytes);
      throw invalid(`it is stored as ${show(typename)} and declared as ${type.typename}`);
    } catch (error) {
      throw this.#failure("state_undecodable", error);
    }
  }

  #failure(code: StateFunErrorCode, cause: unknown): StateFunError {
    const { owner } = this.#rules;
    const message = `state ${show(this.#spec.name)} of ${owner}: ${reasonOf(cause)}`;
    return new StateFunError(code, message, { cause });
  }
}

function bytesOf(value: WireValue): Uint8Array {
  return value.bytes ?? noBytes;
}
