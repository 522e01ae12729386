import { base64FromBytes } from "../../internal/bytes.ts";
import type { KafkaRecord } from "../../sdk/egress/kafka-egress.ts";
import { headersToWire } from "../../sdk/types/headers.ts";
import { shownHeaders } from "./parts-json.ts";

/** A record of Kafka or Kinesis as plain data: bytes that are no text are `base64`. Other values as they are. */
export function plainRecord(typename: string, value: unknown): unknown {
  if (!/\.(KafkaProducerRecord|KinesisEgressRecord)$/.test(typename)) return value;
  // The formats of these names read nothing else.
  const { headers, ...fields } = value as KafkaRecord;
  const shown = Object.entries(fields).map(([name, one]) => [
    name,
    one instanceof Uint8Array ? { base64: base64FromBytes(one) } : one,
  ]);
  if (headers === undefined) return Object.fromEntries(shown);
  return { ...Object.fromEntries(shown), headers: shownHeaders(headersToWire(headers)) };
}
