import { isWellFormed } from "../internal/assert.ts";
import { noBytes } from "../internal/bytes.ts";
import { decodeAll, type WireReader } from "../protocol/wire-reader.ts";
import { WireWriter } from "../protocol/wire-writer.ts";
import { createType, valueInvalid } from "./create-type.ts";
import { guarded } from "./guarded.ts";
import type { Type } from "./type.ts";

/**
 * One of StateFun's wrapper messages: field 1 holds the value and is left out when it is the default.
 * The last occurrence counts and unknown fields are skipped, as in Go and Python.
 */
function wrapper<Value, const Name extends string>(
  typename: Name,
  expected: string,
  byDefault: Value,
  isValid: (value: Value) => boolean,
  tag: number,
  write: (writer: WireWriter, value: Value) => void,
  read: (reader: WireReader, end: number) => Value,
  keepsSign = false,
): Type<Value, Name> {
  return createType<Value, Name>({
    typename,
    traits: { immutable: true },
    encode: (value) => {
      if (!isValid(value)) throw valueInvalid(typename, `expected ${expected}`, value);
      // Go keeps the sign of a floating -0 and the other SDKs do not: keeping it loses nothing.
      if (value === byDefault && !(keepsSign && Object.is(value, -0))) return noBytes;
      const writer = new WireWriter();
      write(writer, value);
      return writer.finish();
    },
    decode: (bytes) =>
      guarded(typename, `expected ${expected}`, "other bytes", () =>
        decodeAll(bytes, (reader, end) => {
          let value = byDefault;
          for (let field = reader.next(end); field !== 0; field = reader.next(end)) {
            if (field === tag) value = read(reader, end);
            else reader.skip(field, end);
          }
          return value;
        }),
      ),
  });
}

type Fixed = "Int32" | "BigInt64" | "Float32" | "Float64";

/** A wrapper whose field has 4 or 8 bytes. */
function fixed<Value, const Name extends string>(
  typename: Name,
  expected: string,
  byDefault: Value,
  isValid: (value: Value) => boolean,
  size: 4 | 8,
  kind: Fixed,
): Type<Value, Name> {
  return wrapper(
    typename,
    expected,
    byDefault,
    isValid,
    size === 4 ? 0x0d : 0x09,
    (writer, value) => {
      const view = new DataView(new ArrayBuffer(size));
      // One NaN of 32 bits: engines differ in what they make of the others. The value has the kind that
      // isValid checks.
      const canonical = kind === "Float32" && Number.isNaN(value) ? Number.NaN : value;
      view[`set${kind}`](0, canonical as never, true);
      writer.varint(size === 4 ? 0x0d : 0x09).raw(new Uint8Array(view.buffer));
    },
    (reader) => {
      const { bytes, position } = reader;
      reader.position += size;
      const view = new DataView(bytes.buffer, bytes.byteOffset + position, size);
      return view[`get${kind}`](0, true) as Value;
    },
    kind.startsWith("Float"),
  );
}

export const bool: Type<boolean, "io.statefun.types/bool"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/bool",
  "a boolean",
  false,
  (value) => typeof value === "boolean",
  0x08,
  (writer) => writer.varint(0x08).varint(1),
  (reader) => reader.varint() > 0,
);

/** A 32-bit integer. */
export const int: Type<number, "io.statefun.types/int"> = /* @__PURE__ */ fixed(
  "io.statefun.types/int",
  "an integer of 32 bits",
  0,
  (value) => (value | 0) === value,
  4,
  "Int32",
);

/** A 64-bit integer: always a bigint, so that none is ever rounded. */
export const long: Type<bigint, "io.statefun.types/long"> = /* @__PURE__ */ fixed(
  "io.statefun.types/long",
  "a bigint of 64 bits",
  0n,
  (value) => typeof value === "bigint" && BigInt.asIntN(64, value) === value,
  8,
  "BigInt64",
);

/** A number of 32 bits: written as the nearest one, and an error beyond their range. */
export const float: Type<number, "io.statefun.types/float"> = /* @__PURE__ */ fixed(
  "io.statefun.types/float",
  "a number within 32-bit floating point",
  0,
  (value) =>
    typeof value === "number" && (!Number.isFinite(value) || Number.isFinite(Math.fround(value))),
  4,
  "Float32",
);

/** A number of 64 bits: every JavaScript number as it is. */
export const double: Type<number, "io.statefun.types/double"> = /* @__PURE__ */ fixed(
  "io.statefun.types/double",
  "a number",
  0,
  (value) => typeof value === "number",
  8,
  "Float64",
);

/** Well-formed Unicode text: a lone surrogate is refused, since it has no UTF-8. */
export const string: Type<string, "io.statefun.types/string"> = /* @__PURE__ */ wrapper(
  "io.statefun.types/string",
  "a string of well-formed Unicode",
  "",
  (value) => typeof value === "string" && isWellFormed(value),
  0x0a,
  (writer, value) => writer.text(0x0a, value),
  (reader, end) => reader.text(end),
);
