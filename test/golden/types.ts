import { create, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import {
  BoolValueSchema,
  BytesValueSchema,
  DoubleValueSchema,
  EmptySchema,
  Int32ValueSchema,
  Int64ValueSchema,
  StringValueSchema,
  TimestampSchema,
} from "@bufbuild/protobuf/wkt";
import {
  type AnyType,
  bool,
  bytes,
  double,
  float,
  int,
  json,
  long,
  type Message,
  string,
  type Typename,
} from "statefun";
import { protobuf } from "statefun/protobuf";
import { bytesFromHex, hexFromBytes, type Json, type JsonObject } from "./fixtures.ts";

/** A value of a program: README, "Programs". */
export interface TypedFixture {
  /** `bool`, `int`, …, `custom:<typename>`, `json:<typename>` or `proto:<message>`. */
  readonly type?: string;
  readonly value?: Json;
  readonly repeat?: number;
  /** IEEE bits, big-endian hex. */
  readonly bits?: string;
  readonly hex?: string;
  readonly fields?: JsonObject;
  /** v2: the message packed in an Any, or an Any's own type_url. */
  readonly proto?: string;
  readonly any?: string;
}

const builtins = new Map<string, AnyType>([
  ["bool", bool],
  ["int", int],
  ["long", long],
  ["float", float],
  ["double", double],
  ["string", string],
]);

const schemas = new Map<string, DescMessage>(
  [
    BoolValueSchema,
    BytesValueSchema,
    DoubleValueSchema,
    EmptySchema,
    Int32ValueSchema,
    Int64ValueSchema,
    StringValueSchema,
    TimestampSchema,
  ].map((schema): [string, DescMessage] => [schema.typeName, schema]),
);

function schemaNamed(name: string): DescMessage {
  const schema = schemas.get(name);
  if (schema === undefined) throw new Error(`no protobuf message ${name} in the tests`);
  return schema;
}

/** `bool`, `custom:<typename>` and the like as a type of the SDK. */
export function typeNamed(name: string): AnyType {
  const builtin = builtins.get(name);
  if (builtin !== undefined) return builtin;
  const [kind, rest] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
  // Fixtures hold typenames as plain strings; the types check them when they are made.
  if (kind === "custom") return bytes(rest as Typename);
  if (kind === "json") return json(rest as Typename);
  return protobuf(schemaNamed(rest));
}

function numberFromBits(bits: string): number {
  const view = new DataView(bytesFromHex(bits).buffer);
  return view.byteLength === 4 ? view.getFloat32(0) : view.getFloat64(0);
}

function fieldsFromFixture(schema: DescMessage, fields: JsonObject): Record<string, unknown> {
  const convert = (name: string, value: Json): unknown => {
    const scalar = schema.field[name]?.scalar;
    if (scalar === ScalarType.INT64) return BigInt(String(value));
    if (scalar === ScalarType.INT32) return Number(value);
    return scalar === ScalarType.BYTES ? bytesFromHex(String(value)) : value;
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, convert(name, value)]),
  );
}

/** The value as a handler would write it. */
export function valueFrom(fixture: TypedFixture): unknown {
  const type = fixture.type ?? `proto:${fixture.proto}`;
  if (fixture.bits !== undefined) return numberFromBits(fixture.bits);
  if (fixture.hex !== undefined) return bytesFromHex(fixture.hex);
  if (type === "long") return BigInt(String(fixture.value));
  if (type.startsWith("proto:")) {
    const schema = schemaNamed(type.slice("proto:".length));
    return create(schema, fieldsFromFixture(schema, fixture.fields ?? {}));
  }
  return fixture.repeat === undefined
    ? fixture.value
    : String(fixture.value).repeat(fixture.repeat);
}

/** The value tagged with its type. */
export function messageFrom(fixture: TypedFixture): Message {
  // An Any without a type_url, too: it is refused by the SDK.
  if (fixture.any !== undefined)
    return bytes(fixture.any as Typename).of(bytesFromHex(fixture.hex ?? ""));
  return typeNamed(fixture.type ?? `proto:${fixture.proto}`).of(valueFrom(fixture));
}

function bitsOf(value: number, size: 4 | 8): string {
  // Whether an engine keeps the other bits of a NaN is its own business.
  if (Number.isNaN(value)) return size === 4 ? "7fc00000" : "7ff8000000000000";
  const view = new DataView(new ArrayBuffer(size));
  if (size === 4) view.setFloat32(0, value);
  else view.setFloat64(0, value);
  return hexFromBytes(new Uint8Array(view.buffer));
}

/** A read value as the fixtures write it: floats by their bits, longs in decimal, bytes and messages in hex. */
export function fixtureOf(type: string, value: unknown): Json {
  if (type === "float" && typeof value === "number") return bitsOf(value, 4);
  if (type === "double" && typeof value === "number") return bitsOf(value, 8);
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return hexFromBytes(value);
  if (type.startsWith("proto:")) return hexFromBytes(typeNamed(type).encode(value));
  // What is left is a boolean, a number, a string or what JSON holds.
  return value as Json;
}
