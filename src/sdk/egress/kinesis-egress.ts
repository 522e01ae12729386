import { assertKnownKeys, assertNonEmpty, assertText } from "../../internal/assert.ts";
import { noBytes } from "../../internal/bytes.ts";
import { StateFunError } from "../../internal/errors.ts";
import { kinesisRecordNames } from "../../protocol/record-names.ts";
import { decodeAll, type WireReader } from "../../protocol/wire-reader.ts";
import { WireWriter } from "../../protocol/wire-writer.ts";
import type { Message, Typename } from "../types/type.ts";
import { createEgress, type Egress, readRecordValue, writeRecordValue } from "./egress.ts";

/** A record for a Kinesis stream. */
export interface KinesisRecord {
  readonly stream: string;
  /** Not empty: Kinesis refuses an empty one. */
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
  /** Text as UTF-8, bytes as they are, of a message its bytes. A delivery reads text where the bytes are UTF-8. */
  readonly value: string | Uint8Array | Message;
}

/** A Kinesis egress (`io.statefun.kinesis.v1/egress`, in 2.x `statefun.kinesis.io/generic-egress`). */
export function kinesisEgress(egress: Typename): Egress<KinesisRecord, KinesisRecord> {
  return createEgress<KinesisRecord, KinesisRecord>(egress, {
    encode: (record, headers, { wire }) => {
      const what = `a record for ${egress}`;
      const known = ["stream", "partitionKey", "explicitHashKey", "value"];
      assertKnownKeys(Object(record), known, what);
      const { stream, partitionKey, explicitHashKey, value } = Object(record);
      assertNonEmpty(stream, `the stream of ${what}`);
      assertNonEmpty(partitionKey, `the partition key of ${what}`);
      if (explicitHashKey !== undefined) assertText(explicitHashKey, `the hash key of ${what}`);
      if (headers !== undefined && headers.length > 0) {
        throw new StateFunError("unsupported_by_wire", `${what} has headers: Kinesis has none`);
      }
      const writer = new WireWriter();
      writer.text(0x0a, partitionKey);
      writeRecordValue(writer, value, `the value of ${what}`);
      writer.text(0x1a, stream);
      writer.text(0x22, explicitHashKey ?? "");
      return { typename: kinesisRecordNames[wire], bytes: writer.finish(), headers: [] };
    },
    decode: ({ bytes = noBytes }) => decodeAll(bytes, readRecord),
  });
}

function readRecord(reader: WireReader, end: number): KinesisRecord {
  let partitionKey = "";
  let stream = "";
  let explicitHashKey = "";
  let value: string | Uint8Array = "";
  for (let tag = reader.next(end); tag !== 0; tag = reader.next(end)) {
    if (tag === 0x0a) partitionKey = reader.text(end);
    else if (tag === 0x12) value = readRecordValue(reader.slice(end));
    else if (tag === 0x1a) stream = reader.text(end);
    else if (tag === 0x22) explicitHashKey = reader.text(end);
    else reader.skip(tag, end);
  }
  return {
    stream,
    partitionKey,
    ...(explicitHashKey === "" ? {} : { explicitHashKey }),
    value,
  };
}
