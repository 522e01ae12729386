import type { StateFunErrorCode } from "../../internal/errors.ts";
import type { StepBatch, WireValue } from "../../model/invocation.ts";
import type { EngineKind } from "../../model/observer.ts";
import type { Accepts, AnyType } from "./type.ts";

/** A value of a state as its next reader gets it. Shares nothing with the value it was made of. */
export interface KeptValue extends WireValue {
  /** Made when they are asked for; if `size` is given, each time anew. */
  readonly bytes: Uint8Array;
  /** How many they are. Undefined where they must be written for what is kept beyond the batch. */
  readonly size?: number | undefined;
  /** A bound of their size that costs nothing. */
  readonly maxBytes: number;
  /**
   * A value of the reader's own. Where it is the last reader, and what it did to the value needs no comparison, it may get
   * what is kept itself, which then never counts as unchanged.
   */
  open(isLast?: boolean): unknown;
  /** Whether a value is what is kept; may say no where it reads back the same. Not asked of an immutable one. */
  holds?(value: unknown): boolean;
}

/**
 * What the executor knows of a type beyond its public face. A type that somebody wrote by hand has none
 * of these and is treated with the most care.
 */
export interface TypeTraits {
  /** Values cannot change in place, so nothing has to look for it. */
  readonly immutable?: boolean;
  /** Whether it reads what came under this typename, which is not its own. @default no */
  readonly reads?: (typename: string) => boolean;
  /** The bytes are a JSON text: what it says is checked by this, which throws `value_invalid`. */
  readonly json?: (value: unknown) => unknown;
  /** What checks that: for those who describe the type. */
  readonly schema?: unknown;
  /**
   * Keeps a value of a state from one message to the next without its bytes. Throws `value_invalid`. One that is assigned
   * may still change: it is only checked then, and kept when its message has settled.
   */
  readonly keep?: (value: unknown, isAssigned: boolean) => KeptValue;
  /**
   * What this very type has kept, from a value that may be one; and of stored bytes that `decode` cannot read, since it does not know
   * their typename, a value that can.
   */
  readonly kept?: (wire: WireValue) => KeptValue | undefined;
  /** The same for stored bytes. */
  readonly read?: (bytes: Uint8Array) => KeptValue;
  /** It reads the type before it, too. */
  readonly upgrade?: Upgrade;
  /**
   * Some of its values can only be read once this has made what can be read of them. Never rejects: what is wrong is thrown where the
   * value is read.
   */
  readonly open?: (wire: WireValue, isReply?: boolean) => Promise<WireValue>;
  /** The same for what a batch of a function has, of any type. */
  readonly openBatch?: (fn: TypedFunction, batch: StepBatch) => Promise<StepBatch>;
  /** What it writes is encrypted before it is sent or stored. */
  readonly sealed?: Sealed;
  /** Throws where a state cannot have this type. */
  readonly assertState?: (name: string, host: StateHost) => void;
  /** Only `anyValue`: reads and writes a value whatever its typename. */
  readonly any?: {
    /** `code` is for what cannot be read later. */
    fromWire(value: WireValue, code: StateFunErrorCode): unknown;
    toWire(value: unknown): WireValue;
  };
}

/** A function, as far as it says which types its messages and states have. */
export interface TypedFunction {
  readonly accepts: Accepts;
  readonly states: ReadonlyMap<string, { readonly type: AnyType }>;
}

/** How values of an encrypted type are made of others, and looked at. */
export interface Sealed {
  /** Of what is encrypted. */
  readonly type: AnyType;
  /** Bytes of that type as a value of this one, which is encrypted later. */
  draft(bytes: Uint8Array): Uint8Array;
  /** Whether a value, opened, would be written otherwise today. Throws where it cannot be read. */
  isOld(wire: WireValue): boolean;
}

/** What keeps the states of a function. */
export interface StateHost {
  readonly engine: EngineKind;
  readonly wire: "v2" | "v3";
}

/** How a type and the one before it are read. */
export interface Upgrade {
  readonly to: AnyType;
  readonly from: AnyType;
  /** The value as one of the new type, and whether an older type has written it. Throws `value_invalid`. */
  read(bytes: Uint8Array, typename: string): { readonly isOld: boolean; readonly value: unknown };
}

export function traitsOf(type: AnyType): TypeTraits {
  // The property is put there by `createType` alone, with exactly this shape.
  return (type as { readonly "~traits"?: TypeTraits })["~traits"] ?? {};
}

/** What checks the JSON that a value is made of, encrypted later or not. */
export function jsonOf(type: AnyType): TypeTraits["json"] {
  const { json, sealed } = traitsOf(type);
  return json ?? (sealed && traitsOf(sealed.type).json);
}

/** Whether a value of this typename can be read by the type. */
export function readsTypename(type: AnyType, typename: string): boolean {
  return typename === type.typename || traitsOf(type).reads?.(typename) === true;
}

/** Of a type and those before it, the one that has written what came under this typename. */
export function writerOf(type: AnyType, typename: string): AnyType {
  const { upgrade } = traitsOf(type);
  if (upgrade === undefined) return type;
  const { to, from } = upgrade;
  if (!readsTypename(to, typename)) return writerOf(from, typename);
  return readsTypename(from, typename) ? type : writerOf(to, typename);
}

/** All typenames that a type reads, its own first. */
export function typenamesOf(type: AnyType): readonly string[] {
  const { upgrade } = traitsOf(type);
  if (upgrade === undefined) return [type.typename];
  return [...new Set([...typenamesOf(upgrade.to), ...typenamesOf(upgrade.from)])];
}
