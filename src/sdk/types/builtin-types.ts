import { isWellFormed } from "../../internal/assert.ts";
import { noBytes } from "../../internal/bytes.ts";
import { reasonOf } from "../../internal/show.ts";
import { decodeAll, textBetween, type WireReader } from "../../protocol/wire-reader.ts";
import { WireWriter } from "../../protocol/wire-writer.ts";
import { createType, valueInvalid } from "./create-type.ts";
import { KeptScalar, type ScalarKind } from "./kept-scalar.ts";
import type { Type } from "./type.ts";

/** How the value in field 1 of a wrapper message is written and read. */
interface Field<Value> {
  readonly tag: number;
  /** The whole message, and its size where all have the same. */
  write(value: Value): Uint8Array;
  readonly bytes?: number;
  /** The value of a whole message as writers write it; undefined for any other form. */
  whole?(bytes: Uint8Array): Value | undefined;
  /** The value behind the tag. */
  read(reader: WireReader, end: number): Value;
  /** What a reader gets of a valid value. */
  readBack?(value: Value): Value;
}

/**
 * One of StateFun's wrapper messages: field 1 holds the value and is left out when it is the default.
 * The last occurrence counts and unknown fields are skipped, as in Go and Python.
 */
function wrapper<Value, const Name extends string>(
  typename: Name,
  expected: string,
  byDefault: Value,
  isValid: (value: Value) => boolean,
  { tag, write, bytes, whole, read, readBack }: Field<Value>,
): Type<Value, Name> {
  const readLast = (reader: WireReader, end: number): Value => {
    let value = byDefault;
    for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
      if (field === tag) value = read(reader, end);
      else reader.skip(field, end);
    }
    return value;
  };
  const checked = (value: Value): Value => {
    if (isValid(value)) return readBack === undefined ? value : readBack(value);
    throw valueInvalid(typename, expected, value);
  };
  // Go keeps the sign of a floating -0 and the other SDKs do not: keeping it loses nothing.
  const written = (value: Value): Uint8Array =>
    Object.is(value, byDefault) ? noBytes : write(value);
  const kind: ScalarKind<Value> = {
    typename,
    write: written,
    size: (value) => (Object.is(value, byDefault) ? 0 : bytes),
  };
  const encode = (value: Value): Uint8Array => written(checked(value));
  return createType<Value, Name>({
    typename,
    traits: {
      immutable: true,
      // What it is checked for is that it is one.
      keep: (value) => new KeptScalar(kind, checked(value as Value)),
      kept: (wire) => (wire instanceof KeptScalar && wire.kind === kind ? wire : undefined),
    },
    encode,
    decode: (bytes) => {
      try {
        return whole?.(bytes) ?? decodeAll(bytes, readLast);
      } catch (error) {
        const reason = `${expected} (${reasonOf(error)})`;
        throw valueInvalid(typename, reason, "other bytes", error);
      }
    },
  });
}

/** A field of 4 or 8 bytes, by what reads them. */
function sized<Value>(
  tag: number,
  size: number,
  readAt: (bytes: Uint8Array, from: number) => Value,
): Pick<Field<Value>, "tag" | "bytes" | "whole" | "read"> {
  return {
    tag,
    bytes: size + 1,
    whole: (bytes) =>
      bytes.length === size + 1 && bytes[0] === tag ? readAt(bytes, 1) : undefined,
    read: (reader) => {
      // A cut value is found by the reader, whose next tag is behind the end.
      reader.position += size;
      return readAt(reader.bytes, reader.position - size);
    },
  };
}

/** An integer of 32 bits, which needs nothing but shifts. */
function shifted(): Field<number> {
  return {
    ...sized(0x0d, 4, (bytes, from) => {
      let value = 0;
      for (let at = from + 3; at >= from; at--) value = (value << 8) | (bytes[at] ?? 0);
      return value;
    }),
    // A byte takes the lowest eight bits.
    write: (value) => Uint8Array.of(0x0d, value, value >> 8, value >> 16, value >> 24),
    // The sign of a -0 is lost.
    readBack: (value) => value | 0,
  };
}

/** For all other numbers, made when it is first needed: a view of its own costs more than a value. */
let view: DataView | undefined;

function viewed(): DataView {
  view ??= new DataView(new ArrayBuffer(8));
  return view;
}

function fixed<Value>(
  kind: "BigInt64" | "Float32" | "Float64",
  readBack?: (value: Value) => Value,
): Field<Value> {
  const size = kind.endsWith("32") ? 4 : 8;
  const tag = size === 4 ? 0x0d : 0x09;
  return {
    ...sized(tag, size, (bytes, from) => {
      for (let index = 0; index < size; index++) viewed().setUint8(index, bytes[from + index] ?? 0);
      return viewed()[`get${kind}`](0, true) as Value;
    }),
    write: (value) => {
      // One NaN of 32 bits: engines differ in what they make of the others. The value has the kind that
      // isValid checks.
      const canonical = kind === "Float32" && Number.isNaN(value) ? Number.NaN : value;
      viewed()[`set${kind}`](0, canonical as never, true);
      const bytes = new Uint8Array(size + 1);
      bytes[0] = tag;
      for (let index = 0; index < size; index++) bytes[index + 1] = viewed().getUint8(index);
      return bytes;
    },
    ...(readBack && { readBack }),
  };
}

export const bool: Type<boolean, "io.statefun.types/bool"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/bool",
  "expected a boolean",
  false,
  (value) => typeof value === "boolean",
  {
    tag: 0x08,
    write: () => Uint8Array.of(0x08, 1),
    bytes: 2,
    read: (reader) => reader.varint() > 0,
  },
);

/**
 * A 32-bit integer.
 *
 * @example
 * ```ts
 * import { int, StatefulFunctions } from "statefun";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/sum", { accepts: int, state: { sum: int } }, (context, number) => {
 *   context.state.sum = (context.state.sum ?? 0) + number;
 * });
 * ```
 */
export const int: Type<number, "io.statefun.types/int"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/int",
  "expected an integer of 32 bits",
  0,
  (value) => typeof value === "number" && (value | 0) === value,
  /* @__PURE__ */ shifted(),
);

/** A 64-bit integer: always a bigint, so that none is ever rounded. */
export const long: Type<bigint, "io.statefun.types/long"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/long",
  "expected a bigint of 64 bits",
  0n,
  (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
  /* @__PURE__ */ fixed("BigInt64"),
);

/** A number of 32 bits: written as the nearest one, and an error beyond their range. */
export const float: Type<number, "io.statefun.types/float"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/float",
  "expected a number within 32-bit floating point",
  0,
  (value) =>
    typeof value === "number" && (!Number.isFinite(value) || Number.isFinite(Math.fround(value))),
  /* @__PURE__ */ fixed("Float32", (value) => Math.fround(value)),
);

/** A number of 64 bits: every JavaScript number as it is. */
export const double: Type<number, "io.statefun.types/double"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/double",
  "expected a number",
  0,
  (value) => typeof value === "number",
  /* @__PURE__ */ fixed("Float64"),
);

/**
 * Well-formed Unicode text: a lone surrogate is refused, since it has no UTF-8.
 *
 * @example
 * ```ts
 * import { string } from "statefun";
 *
 * // A tagged value: it can be sent where no type is declared.
 * export const hello = string.of("hello");
 *
 * console.log(hello.typename, hello.value);
 * ```
 */
export const string: Type<string, "io.statefun.types/string"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/string",
  "expected a string of well-formed Unicode",
  "",
  (value) => typeof value === "string" && isWellFormed(value),
  {
    tag: 0x0a,
    write: (value) => new WireWriter().text(0x0a, value).finish(),
    whole: (bytes) => {
      const { length } = bytes;
      if (length > 129 || bytes[0] !== 0x0a || bytes[1] !== length - 2) return undefined;
      return textBetween(bytes, 2, length);
    },
    read: (reader, end) => reader.text(end),
  },
);
