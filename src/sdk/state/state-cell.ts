import { invalid } from "../../internal/assert.ts";
import { copyOf, noBytes, sameBytes } from "../../internal/bytes.ts";
import { StateFunError, type StateFunErrorCode } from "../../internal/errors.ts";
import { reasonOf, show } from "../../internal/show.ts";
import type { WireValue } from "../../model/invocation.ts";
import type { StateMutation } from "../../model/outcome.ts";
import { type KeptValue, readsTypename, type TypeTraits, traitsOf } from "../types/type-traits.ts";
import type { ResolvedState } from "./state-specs.ts";

/** What a cell has to know of the rules of its batch. */
export interface CellRules {
  /** Whether values are stored with the state's type (v3), or as an Any of their own type (v2). */
  readonly features: { readonly typedState: boolean };
  readonly maxStateBytes: number;
  /** Whether its changes outlive the batch. */
  readonly keepPrefix: boolean;
  /** Whether the batch goes on behind a message that has failed: where something is given. */
  readonly deadLetter?: unknown;
}

/** A value that was settled or assigned: encoded, or kept as its type prefers it. */
type Kept =
  | KeptValue
  | (WireValue & { readonly [member in "open" | "holds" | "maxBytes"]?: never });

/**
 * One state of one instance during a batch. Reads are lazy and give the same object during one invocation; the
 * next one gets an object of its own, as it would in a batch of its own. A bad value fails where it is assigned.
 * Nothing is stored until `settle`: `discard` takes back everything since the last one, changes in place included.
 */
export class StateCell {
  readonly #spec: ResolvedState;
  readonly #owner: string;
  readonly #rules: CellRules;
  readonly #traits: TypeTraits;
  /** What counts as stored: what the runtime sent, or what the last settled invocation left. */
  #stored: Kept | undefined;
  #isChanged = false;
  #isLoaded = false;
  /** Assigned or deleted since the last settle. */
  #isWritten = false;
  #value: unknown;
  /** What the value was when it was assigned, or came from `initial`. */
  #before: Kept | undefined;
  #isInitial = false;
  /** What `settle` will store: undefined deletes, null is no change. */
  #change: Kept | undefined | null;

  constructor(spec: ResolvedState, stored: WireValue | undefined, owner: string, rules: CellRules) {
    this.#spec = spec;
    this.#owner = owner;
    this.#rules = rules;
    this.#traits = traitsOf(spec.type);
    // What is kept as a value was kept by this very state.
    this.#stored = stored && (this.#traits.kept?.(stored) ?? (stored.bytes && stored));
  }

  get(): unknown {
    if (!this.#isLoaded) {
      const { keepPrefix, deadLetter } = this.#rules;
      // What is changed already is written anyhow, and where a failure takes back the whole batch nobody reads it again.
      const isLast = this.#isChanged && !(keepPrefix || deadLetter);
      this.#value = this.#stored && this.#open(this.#stored, isLast);
      this.#isLoaded = true;
    }
    const { initial } = this.#spec;
    if (this.#value === undefined && initial !== undefined) {
      const kept = this.#keep(initial());
      this.#value = this.#open(kept);
      this.#before = kept;
      this.#isInitial = true;
    }
    return this.#value;
  }

  set(value: unknown): void {
    this.#before = value === undefined ? undefined : this.#keep(value, true);
    this.#value = value;
    this.#isLoaded = this.#isWritten = true;
    this.#isInitial = false;
  }

  /** Finds out what `settle` has to store; may throw, and changes nothing that is read. */
  prepare(): void {
    this.#change = null;
    if (!this.#isLoaded) return;
    const before = this.#before ?? this.#stored;
    if (this.#value !== undefined && before !== undefined) {
      const isAssigned = this.#isWritten && !this.#isInitial;
      const now = this.#traits.immutable ? before : this.#now(this.#value, before, isAssigned);
      if (isAssigned || now !== before) {
        this.#change = now;
        return;
      }
    }
    // Deleted, and at most `initial` was read since.
    if (this.#isWritten) this.#change = undefined;
  }

  /** Keeps what `prepare` found. The next invocation reads its value anew. */
  settle(): void {
    if (this.#change !== null) {
      this.#isChanged = true;
      this.#stored = this.#change;
    }
    this.discard();
  }

  discard(): void {
    this.#isLoaded = this.#isWritten = this.#isInitial = false;
    this.#value = this.#before = undefined;
  }

  mutation(): StateMutation | undefined {
    if (!this.#isChanged) return undefined;
    const { name } = this.#spec;
    if (this.#stored === undefined) return { name, value: undefined };
    const { size, utf8 } = this.#stored;
    if ((this.#rules.keepPrefix ? size : utf8) !== undefined) return { name, value: this.#stored };
    // What is kept as a value is written now, once for the batch.
    const { typename, bytes, headers } = this.#stored;
    return { name, value: { typename, bytes, headers } };
  }

  /** `before` itself while the value is what it was then; else what it is now. */
  #now(value: unknown, before: Kept, isAssigned: boolean): Kept {
    if (before.holds?.(value)) return before;
    const now = this.#keep(value);
    if (isAssigned || before.holds) return now;
    const isStill = ({ bytes = noBytes }: WireValue) => sameBytes(bytes, now.bytes ?? noBytes);
    // Other SDKs write the same value with other bytes: compare with our encoding of theirs.
    return isStill(before) || isStill(this.#encode(this.#open(before))) ? before : now;
  }

  #keep(value: unknown, isAssigned = false): Kept {
    try {
      const kept: Kept = this.#traits.keep?.(value, isAssigned) ?? this.#encode(value);
      const { maxStateBytes } = this.#rules;
      // The bound is far from most values: those near it are written to see.
      if ((kept.maxBytes ?? maxStateBytes + 1) <= maxStateBytes) return kept;
      const size = kept.bytes?.length ?? 0;
      if (size <= maxStateBytes) return kept;
      const text = `${size} bytes are more than maxStateBytes (${maxStateBytes})`;
      throw new StateFunError("limit_exceeded", text);
    } catch (error) {
      throw this.#failure(error instanceof StateFunError ? error.code : "value_invalid", error);
    }
  }

  #encode(value: unknown): WireValue {
    const { type } = this.#spec;
    const bytes = type.encode(value);
    const own = this.#rules.features.typedState ? undefined : this.#traits.any?.toWire(value);
    return {
      typename: own?.typename ?? type.typename,
      bytes: own?.bytes ? copyOf(own.bytes) : bytes,
      headers: [],
    };
  }

  #open(kept: Kept, isLast?: boolean): unknown {
    const { type } = this.#spec;
    try {
      if (kept.open !== undefined) return kept.open(isLast);
      const { typename, bytes = noBytes } = kept;
      const { any, read } = this.#traits;
      if (any === undefined) {
        if (readsTypename(type, typename)) {
          if (read === undefined) return type.decode(bytes);
          this.#stored = read(bytes);
          return this.#open(this.#stored);
        }
      } else {
        if (!this.#rules.features.typedState)
          return any.fromWire({ ...kept, bytes: copyOf(bytes) }, "state_undecodable");
        if (typename === type.typename) return type.decode(bytes);
      }
      throw invalid(`it is stored as ${show(typename)} and declared as ${type.typename}`);
    } catch (error) {
      // A key that is missing is no fault of the state.
      const isLocked = error instanceof StateFunError && error.code === "unavailable";
      throw this.#failure(isLocked ? "unavailable" : "state_undecodable", error);
    }
  }

  #failure(code: StateFunErrorCode, cause: unknown): StateFunError {
    const message = `state ${show(this.#spec.name)} of ${this.#owner}: ${reasonOf(cause)}`;
    return new StateFunError(code, message, { cause });
  }
}
