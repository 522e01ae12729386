import { assertKnownKeys, assertNonEmpty, assertText } from "../../internal/assert.ts";
import { noBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireHeader } from "../../model/invocation.ts";
import { kafkaRecordNames } from "../../protocol/record-names.ts";
import { readHeader, writeHeader } from "../../protocol/v3/value.ts";
import { decodeAll, type WireReader } from "../../protocol/wire-reader.ts";
import { WireWriter } from "../../protocol/wire-writer.ts";
import { type HeadersInput, headersFromWire, headersToWire } from "../types/headers.ts";
import type { Message, Typename } from "../types/type.ts";
import { createEgress, type Egress, readRecordValue, writeRecordValue } from "./egress.ts";

/** A record for a Kafka topic. */
export interface KafkaRecord {
  readonly topic: string;
  /** Text, because the wire's key is; left out, the producer chooses the partition. */
  readonly key?: string;
  /**
   * Text as UTF-8, bytes as they are, of a message its bytes. A delivery reads text where the bytes are UTF-8. Null is a tombstone,
   * which deletes a key of a compacted topic; no cluster can write one, so it is refused there.
   */
  readonly value: string | Uint8Array | Message | null;
  /** Known to the KZM fork from 3.4 on; elsewhere refused, see the option `kafkaHeaders`. */
  readonly headers?: HeadersInput;
}

/**
 * A Kafka egress (`io.statefun.kafka.v1/egress`, in 2.x `statefun.kafka.io/generic-egress`). Headers given
 * to `context.emit` are headers of the record, after its own.
 *
 * @example
 * ```ts
 * import { StatefulFunctions, string } from "statefun";
 * import { kafkaEgress } from "statefun/kafka";
 *
 * const greetings = kafkaEgress("demo/greetings");
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/greeter", { accepts: string }, (context, name) => {
 *   context.emit(greetings, { topic: "greetings", key: name, value: `Hello ${name}` });
 * });
 * ```
 */
export function kafkaEgress(egress: Typename): Egress<KafkaRecord, KafkaRecord> {
  return createEgress<KafkaRecord, KafkaRecord>(egress, {
    encode: (record, emitted, { kafkaHeaders, wire }, stamp) => {
      const what = `a record for ${egress}`;
      assertKnownKeys(Object(record), ["topic", "key", "value", "headers"], what);
      const { topic, key, value, headers } = Object(record);
      assertNonEmpty(topic, `the topic of ${what}`);
      if (key !== undefined) assertText(key, `the key of ${what}`);
      const own = [...(headers === undefined ? [] : headersToWire(headers)), ...(emitted ?? [])];
      const all = (kafkaHeaders === "refuse" ? undefined : stamp?.headers(own)) ?? own;
      if (all.length > 0 && kafkaHeaders === "refuse") {
        throw new StateFunError(
          "unsupported_by_wire",
          `${what} has headers, which Apache StateFun would lose: where the cluster knows them set kafkaHeaders to "send"`,
        );
      }
      const writer = new WireWriter();
      writer.text(0x0a, key ?? "");
      if (value !== null) writeRecordValue(writer, value, `the value of ${what}`);
      else if (kafkaHeaders === "own") writer.varint(tombstone).varint(1);
      else {
        const text = `${what} is a tombstone, which no cluster can write`;
        throw new StateFunError("unsupported_by_wire", text);
      }
      writer.text(0x1a, topic);
      for (const header of all) writeHeader(writer, header);
      return { typename: kafkaRecordNames[wire], bytes: writer.finish(), headers: [] };
    },
    decode: ({ bytes = noBytes }) => decodeAll(bytes, readRecord),
  });
}

/** A field that only our own engines write and read: an empty value and none are the same to the others. */
const tombstone = 0x78;

function readRecord(reader: WireReader, end: number): KafkaRecord {
  let key = "";
  let topic = "";
  let value: string | Uint8Array | null = "";
  const headers: WireHeader[] = [];
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) key = reader.text(end);
    else if (tag === 0x12) value = readRecordValue(reader.slice(end));
    else if (tag === 0x1a) topic = reader.text(end);
    else if (tag === tombstone) value = reader.varint() === 0 ? value : null;
    else if (tag === 0x22) headers.push(readHeader(reader, end));
    else reader.skip(tag, end);
  }
  return {
    topic,
    ...(key === "" ? {} : { key }),
    value,
    ...(headers.length === 0 ? {} : { headers: headersFromWire(headers) }),
  };
}
