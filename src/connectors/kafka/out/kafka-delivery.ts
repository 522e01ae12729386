import type { LanesParts, LeftRecord } from "../../../engine/contract/lanes.ts";
import type { EgressRow } from "../../../engine/contract/records.ts";
import { WaitingLanes } from "../../../engine/egress/waiting-lanes.ts";
import { assertKnownKeys } from "../../../internal/assert.ts";
import type { KafkaEgressDescription } from "../../../module/kinds/descriptions.ts";
import {
  type Egress,
  type EgressBinding,
  type EgressRecord,
  formatOf,
} from "../../../sdk/egress/egress.ts";
import type { KafkaRecord } from "../../../sdk/egress/kafka-egress.ts";
import { connectionKeys, resolveConnection } from "../client/connection.ts";
import { producerProperties } from "../client/properties.ts";
import { assertOnRefused, type KafkaDeliveryOptions } from "./delivery-options.ts";
import { KafkaDelivery } from "./running-delivery.ts";

/**
 * Delivers what functions emit to `egress` to a broker, in order per key, by an idempotent producer. Keys choose
 * partitions as Java's producers do.
 *
 * Each record is delivered at least once and has its id in the header `statefun-id`, the same at every attempt: a receiver
 * drops by it what it has. What a broker does not take is tried again, the records of its topic waiting behind it and no
 * others; `onRefused` says what becomes of records that are refused for good.
 */
export function kafkaDelivery(
  egress: Egress<KafkaRecord, KafkaRecord>,
  options: KafkaDeliveryOptions,
): EgressBinding {
  const format = formatOf(egress);
  const { typename } = egress;
  const what = `delivery of ${typename}`;
  assertKnownKeys(options, [...connectionKeys, "onRefused"], `the options of the ${what}`);
  assertOnRefused(options.onRefused, `the ${what}`);
  const connection = resolveConnection(options, producerProperties(), `the ${what}`);
  const delivery = new KafkaDelivery(typename, connection, options.onRefused);
  return {
    typename,
    "~deliver": {
      connector: "kafka",
      format,
      // Its format decodes records for Kafka, whatever the engine knows of that.
      deliver: (
        records: readonly EgressRecord<KafkaRecord>[],
        signal: AbortSignal,
      ): Promise<readonly LeftRecord[]> => delivery.deliver(records, signal),
      lanes: (parts: LanesParts) => new WaitingLanes(parts, (row) => laneOf(egress, row)),
      close: () => delivery.close(),
      ...descriptionOf(typename, options),
    },
  };
}

/** Each topic is one. */
function laneOf(egress: Egress<KafkaRecord, KafkaRecord>, { argument }: EgressRow): string {
  try {
    // Its format decodes records for Kafka.
    return `topic ${(formatOf(egress).decode(argument) as KafkaRecord).topic}`;
  } catch {
    // What cannot be read becomes a dead letter.
    return "";
  }
}

/** What a module file can say of it: all but what only an object says. */
function descriptionOf(
  typename: string,
  { brokers, clientId, tls, sasl, onRefused, properties = {} }: KafkaDeliveryOptions,
): { readonly description?: KafkaEgressDescription } {
  if (tls !== undefined || sasl !== undefined || onRefused !== undefined) return {};
  const name = clientId === undefined ? {} : { "client.id": clientId };
  return {
    description: {
      kind: "io.statefun.kafka.v1/egress",
      typename,
      address: brokers,
      deliverySemantic: { type: "at-least-once" },
      properties: new Map(Object.entries({ ...properties, ...name })),
    },
  };
}
