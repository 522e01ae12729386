import type { Binder } from "../../module/kinds/binder.ts";
import { kafkaBinders as bindersOf } from "../../module/kinds/connector-binders.ts";
import type {
  StartupPosition as DescribedPosition,
  KafkaEgressDescription,
  KafkaIngressDescription,
} from "../../module/kinds/descriptions.ts";
import type { EgressBinding } from "../../sdk/egress/egress.ts";
import { kafkaEgress } from "../../sdk/egress/kafka-egress.ts";
import type { Ingress } from "../../sdk/modules/define-module.ts";
import type { Typename } from "../../sdk/types/type.ts";
import { resolveConnection } from "./client/connection.ts";
import { consumerProperties } from "./client/properties.ts";
import { resolveOnInvalid } from "./in/invalid-records.ts";
import { startable } from "./in/kafka-ingress.ts";
import { routeToTargets } from "./in/record-routes.ts";
import type { IngressSettings, StartupPosition } from "./ingress-settings.ts";
import { kafkaDelivery } from "./out/kafka-delivery.ts";

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
