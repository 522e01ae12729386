import { bytesFromText, noBytes } from "../../../internal/bytes.ts";
import { NonRetryableError } from "../../../internal/errors.ts";
import { show } from "../../../internal/show.ts";
import type { EgressRecord } from "../../../sdk/egress/egress.ts";
import type { KafkaRecord } from "../../../sdk/egress/kafka-egress.ts";
import { headersToWire } from "../../../sdk/types/headers.ts";
import type { RecordToProduce } from "../client/client.ts";
import { isTopic, topicRule } from "../client/topic-name.ts";

/** Of headers that only a delivery sets. Those of a record that has come through another one are replaced. */
const reservedPrefix = "statefun-";
/** The header that a receiver drops duplicates by: the id of the record, the same at every attempt. */
const idHeader = `${reservedPrefix}id`;

/** Bytes of a request: well below the least that brokers take by default, a megabyte for a partition. */
const maxBatchBytes = 524_288;

/** Bytes of a record, as the client wants them: its own `Buffer`s. */
export interface Produced {
  readonly id: string;
  readonly size: number;
  readonly record: Omit<RecordToProduce, "partition">;
}

/** What goes to the broker of one record. Throws what no retry can help. */
export function produced({ id, value }: EgressRecord<KafkaRecord>): Produced {
  const { topic, key, value: content, headers = [] } = value;
  if (!isTopic(topic)) {
    throw new NonRetryableError(`a topic must have ${topicRule}, got ${show(topic)}`);
  }
  const pairs = [
    ...headersToWire(headers)
      .filter(({ key: name }) => !name.toLowerCase().startsWith(reservedPrefix))
      .map(({ key: name, value: bytes }) => [bytesFromText(name), bytes ?? null] as const),
    [bytesFromText(idHeader), bytesFromText(id)] as const,
  ];
  const bytes = bytesOf(content);
  let size = (bytes?.length ?? 0) + (key?.length ?? 0) * 3 + 100;
  for (const [name, one] of pairs) size += name.length + (one?.length ?? 0);
  return {
    id,
    size,
    record: {
      topic,
      key: key === undefined ? undefined : buffer(bytesFromText(key)),
      value: bytes && buffer(bytes),
      headers: new Map(pairs.map(([name, one]) => [buffer(name), one && buffer(one)])),
    },
  };
}

/** Parts of a page that a broker takes in one request, in order. */
export function batchesOf(all: readonly Produced[]): Produced[][] {
  const batches: Produced[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of all) {
    bytes += one.size;
    if (bytes <= maxBatchBytes) {
      batches.at(-1)?.push(one);
      continue;
    }
    batches.push([one]);
    bytes = one.size;
  }
  return batches;
}

/** Undefined for a tombstone. */
function bytesOf(content: KafkaRecord["value"]): Uint8Array | undefined {
  if (content === null) return undefined;
  if (typeof content === "string") return bytesFromText(content);
  return content instanceof Uint8Array ? content : (content.bytes ?? noBytes);
}

/** The client takes nothing but what Node calls a Buffer; every runtime that it runs on has them. */
function buffer(bytes: Uint8Array): Uint8Array {
  const { Buffer } = globalThis as unknown as {
    Buffer: { from(buffer: ArrayBufferLike, offset: number, length: number): Uint8Array };
  };
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
