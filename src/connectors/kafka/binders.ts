import type { Binder } from "../../module/binder.ts";
import { kafkaBinders as bindersOf } from "../../module/connector-binders.ts";
import type {
  StartupPosition as DescribedPosition,
  KafkaEgressDescription,
  KafkaIngressDescription,
} from "../../module/descriptions.ts";
import type { Ingress } from "../../sdk/define-module.ts";
import type { EgressBinding } from "../../sdk/egress.ts";
import { kafkaEgress } from "../../sdk/kafka-egress.ts";
import type { Typename } from "../../sdk/type.ts";
import { resolveConnection } from "./connection.ts";
import type { IngressSettings, StartupPosition } from "./ingress-settings.ts";
import { resolveOnInvalid } from "./invalid-records.ts";
import { kafkaDelivery } from "./kafka-delivery.ts";
import { startable } from "./kafka-ingress.ts";
import { consumerProperties } from "./properties.ts";
import { routeToTargets } from "./record-routes.ts";

/**
 * Start the Kafka ingresses and egresses of a module file in this process: `loadModule(text, { binders: kafkaBinders() })`. The
 * kinds are `io.statefun.kafka.v1/ingress` and `/egress`, and those of the older formats.
 *
 * Where an embedded runtime differs from a cluster: offsets of the group go before `startupPosition`; an invalid record
 * stops its partition and nothing else; `exactly-once` delivers at least once, with the id of the record in the
 * header `statefun-id`. A property that this client has not is refused.
 */
export function kafkaBinders(): Readonly<Record<string, Binder>> {
  return bindersOf({ ingress: ingressOf, egress: egressOf });
}

function ingressOf(description: KafkaIngressDescription): Ingress {
  const { typename, address, consumerGroupId, topics, startupPosition, properties } = description;
  const connection = resolveConnection(
    { brokers: address, properties: Object.fromEntries(properties) },
    consumerProperties(),
    `ingress ${typename}`,
  );
  const settings: IngressSettings = {
    typename,
    connection,
    group: consumerGroupId,
    topics: new Map(
      topics.map(({ from, valueType, targets }) => {
        // Under the name that the file says, whatever is in it: to read it is for the functions.
        const decoder = { typename: valueType, decode: (bytes: Uint8Array) => bytes };
        const to = targets.map((target) => ({ typename: target, accepts: undefined }));
        return [from, { typename: valueType, route: routeToTargets(decoder, to) }];
      }),
    ),
    startupPosition: positionOf(startupPosition),
    autoOffsetReset: description.autoOffsetResetPosition,
    onInvalid: resolveOnInvalid("fail", typename),
  };
  return { typename, "~ingress": { ...startable(settings), description } };
}

function egressOf(description: KafkaEgressDescription): EgressBinding {
  const { typename, address, properties } = description;
  // The reader of the file has checked it.
  const binding = kafkaDelivery(kafkaEgress(typename as Typename), {
    brokers: address,
    properties: Object.fromEntries(properties),
  });
  return { typename, "~deliver": { ...Object(binding["~deliver"]), description } };
}

function positionOf(position: DescribedPosition): StartupPosition {
  if (position.type === "date") return { timestampMs: position.timestampMs };
  if (position.type === "specific-offsets") {
    return { offsets: Object.fromEntries(position.offsets) };
  }
  return position.type;
}
