import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import fc from "fast-check";
import { bytes, text } from "./arbitraries.ts";

/**
 * Messages that follow a schema without the manners of an encoder: fields in any order, repeated
 * where they are singular, beside unknown ones, and now and then of the wrong wire type.
 */
export function soup(schema: DescMessage): fc.Arbitrary<Uint8Array> {
  const known = fc.oneof(...schema.fields.map(knownField));
  const field = fc.oneof(
    { weight: 24, arbitrary: known },
    { weight: 1, arbitrary: oddField(fc.constantFrom(...schema.fields.map((of) => of.number))) },
    { weight: 1, arbitrary: oddField(fc.constantFrom(0, 5, 15, 16, 99, 2_047, 2 ** 29 - 1)) },
  );
  return fc
    .array(field, { maxLength: 5, size: "max" })
    .map((fields) => new Uint8Array(Buffer.concat(fields)));
}

function knownField(field: DescField): fc.Arbitrary<Uint8Array> {
  if (field.message !== undefined) return soup(field.message).map(delimited(field.number));
  switch (field.scalar) {
    case ScalarType.STRING:
      return fc
        .oneof({ weight: 30, arbitrary: text.map(Buffer.from) }, { weight: 1, arbitrary: bytes })
        .map(delimited(field.number));
    case ScalarType.BYTES:
      return bytes.map(delimited(field.number));
    default:
      return varint.map((value) => Buffer.concat([tag(field.number, 0), value]));
  }
}

function oddField(number: fc.Arbitrary<number>): fc.Arbitrary<Uint8Array> {
  const content = fc.oneof(
    varint.map((value) => [0, value] as const),
    fc.uint8Array({ minLength: 8, maxLength: 8 }).map((value) => [1, value] as const),
    bytes.map((value) => [2, Buffer.concat([varintOf(value.length), value])] as const),
    fc.uint8Array({ minLength: 4, maxLength: 4 }).map((value) => [5, value] as const),
    fc.tuple(fc.constantFrom(3, 4, 6, 7), bytes),
  );
  const plain = fc
    .tuple(number, content)
    .map(([of, [wireType, value]]) => Buffer.concat([tag(of, wireType), value]));
  const group = fc
    .tuple(number, plain)
    .map(([of, inner]) => Buffer.concat([tag(of, 3), inner, tag(of, 4)]));
  return fc.oneof(plain, group);
}

/** Small ones, those of 64 bits, and ones that are longer than they need to be. */
const varint: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 2, 3).map(varintOf) },
  { weight: 3, arbitrary: fc.nat().map(varintOf) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(varintOf) },
  { weight: 1, arbitrary: fc.constantFrom("8100", "808000", "ffffffffffffffffff01").map(fromHex) },
);

function fromHex(hex: string): Uint8Array {
  return Buffer.from(hex, "hex");
}

function delimited(number: number): (content: Uint8Array) => Uint8Array {
  return (content) => Buffer.concat([tag(number, 2), varintOf(content.length), content]);
}

function tag(number: number, wireType: number): Uint8Array {
  return varintOf(BigInt(number) * 8n + BigInt(wireType));
}

export function varintOf(value: number | bigint): Uint8Array {
  const out: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return Uint8Array.from(out);
}
