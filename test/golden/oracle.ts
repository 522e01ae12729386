import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { bytesFromHex, hexFromBytes, type Json, type Wire } from "./fixtures.ts";
import type { RequestMeaning, ResponseMeaning } from "./meaning.ts";
import { type Field, type Kind, type MessageSchema, type Schema, schemas } from "./schema.ts";

/**
 * The meaning of valid bytes, read by a table and not by `src`: so an encoder and a decoder of ours that
 * agree in an error are found out.
 */
export function meaningOf(bytes: Uint8Array, message: string, wire: Wire): Json {
  return readMessage(bytes, message, schemas[wire]);
}

/** The oracle's tables give a message the fields of its meaning. */
export function requestMeaning(bytes: Uint8Array, wire: Wire): RequestMeaning {
  return meaningOf(bytes, "ToFunction", wire) as unknown as RequestMeaning;
}

export function responseMeaning(bytes: Uint8Array, wire: Wire): ResponseMeaning {
  return meaningOf(bytes, "FromFunction", wire) as unknown as ResponseMeaning;
}

function wireTypeOf(kind: Kind): WireType {
  if (kind === "string" || kind === "bytes") return WireType.LengthDelimited;
  if (typeof kind === "object" && "message" in kind) return WireType.LengthDelimited;
  return WireType.Varint;
}

function readScalar(reader: BinaryReader, kind: Kind): Json {
  if (kind === "string") return reader.string();
  if (kind === "bytes") return hexFromBytes(reader.bytes());
  if (kind === "bool") return reader.bool();
  if (kind === "int64") return reader.int64().toString();
  if ("message" in kind) return hexFromBytes(reader.bytes());
  const number = reader.int32();
  return kind.names[number] ?? number;
}

/** The occurrences of each known field; a message's as hex, since protobuf merges by concatenation. */
function readFields(bytes: Uint8Array, schema: MessageSchema): Map<Field, Json[]> {
  const found = new Map<Field, Json[]>();
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = schema.fields[number];
    if (field === undefined || wireType !== wireTypeOf(field.kind)) {
      reader.skip(wireType, number);
      continue;
    }
    // A member of a oneof clears the others, the last one wins.
    if (schema.oneof !== undefined && !found.has(field)) found.clear();
    const values = found.get(field) ?? [];
    values.push(readScalar(reader, field.kind));
    found.set(field, values);
  }
  return found;
}

function defaultOf(kind: Kind): Json {
  if (kind === "bool") return false;
  if (kind === "int64") return "0";
  if (typeof kind === "string") return "";
  return "message" in kind ? null : (kind.names[0] ?? 0);
}

function valueFrom(field: Field, values: readonly Json[], schema: Schema): Json {
  const { kind } = field;
  if (typeof kind === "object" && "message" in kind) {
    const parts = values.map(String);
    if (field.repeated) {
      return parts.map((part) => readMessage(bytesFromHex(part), kind.message, schema));
    }
    return parts.length === 0
      ? null
      : readMessage(bytesFromHex(parts.join("")), kind.message, schema);
  }
  return values.at(-1) ?? defaultOf(kind);
}

const records: Readonly<Record<string, string>> = {
  KafkaProducerRecord: "kafkaRecord",
  KinesisEgressRecord: "kinesisRecord",
};

/** Meanings show the record inside an egress argument. */
function withRecord(meaning: Record<string, Json>, schema: Schema): Record<string, Json> {
  const { typename, type_url: url, value } = meaning;
  const full = String(typename ?? url ?? "");
  const record = full.slice(full.lastIndexOf(".") + 1);
  const name = records[record];
  if (name === undefined) return meaning;
  return { ...meaning, [name]: readMessage(bytesFromHex(String(value)), record, schema) };
}

function readMessage(bytes: Uint8Array, name: string, schema: Schema): Json {
  const message = schema[name];
  if (message === undefined) throw new Error(`no message ${name} in the schema`);
  const found = readFields(bytes, message);
  if (message.oneof !== undefined) {
    const [member] = found;
    if (member === undefined) return { [message.oneof]: null };
    return { [member[0].name]: valueFrom(member[0], member[1], schema) };
  }
  const meaning: Record<string, Json> = {};
  for (const field of Object.values(message.fields)) {
    meaning[field.name] = valueFrom(field, found.get(field) ?? [], schema);
  }
  return withRecord(meaning, schema);
}
