import { noBytes, textFromBytes } from "../../internal/bytes.ts";
import type { WireValue } from "../../model/invocation.ts";
import { kafkaRecordNames, kinesisRecordNames } from "../../protocol/record-names.ts";
import { formatOf } from "../../sdk/egress/egress.ts";
import { kafkaEgress } from "../../sdk/egress/kafka-egress.ts";
import { kinesisEgress } from "../../sdk/egress/kinesis-egress.ts";

/** Reads a record that a function emitted for Kafka or Kinesis, by its typename; undefined for anything else. */
export function namedRecord(value: WireValue): unknown {
  const { typename } = value;
  if (Object.values(kafkaRecordNames).includes(typename)) {
    return formatOf(kafkaEgress("any/egress")).decode(value);
  }
  if (Object.values(kinesisRecordNames).includes(typename)) {
    return formatOf(kinesisEgress("any/egress")).decode(value);
  }
  return undefined;
}

/**
 * How records of an undeclared egress are shown: those of Kafka and Kinesis in their own format, and as JSON what
 * looks like a JSON object or list.
 */
export const guess: { decode(value: WireValue): unknown } = {
  decode(value) {
    const record = namedRecord(value);
    if (record !== undefined) return record;
    const text = textFromBytes(value.bytes ?? noBytes);
    return /^\s*[[{]/.test(text) ? JSON.parse(text) : undefined;
  },
};
