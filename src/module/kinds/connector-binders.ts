import type { EgressBinding } from "../../sdk/egress/egress.ts";
import type { Ingress } from "../../sdk/modules/define-module.ts";
import { type Binder, placedBinder } from "./binder.ts";
import type {
  EgressDescription,
  IngressDescription,
  KafkaEgressDescription,
  KafkaIngressDescription,
  KinesisEgressDescription,
  KinesisIngressDescription,
} from "./descriptions.ts";
import { readKafkaEgress, readKafkaIngress } from "./kafka-spec.ts";
import { readKinesisEgress, readKinesisIngress } from "./kinesis-spec.ts";

/** Makes of a description what a runtime can start. */
export interface Connect<I extends IngressDescription, E extends EgressDescription> {
  ingress(description: I): Ingress;
  egress(description: E): EgressBinding;
}

/** The binders for Kafka in every format, for a connector to be passed on as they are. */
export function kafkaBinders(
  connect: Connect<KafkaIngressDescription, KafkaEgressDescription>,
): Readonly<Record<string, Binder>> {
  const ingress = (valueType: "valueType" | "typeUrl") =>
    placedBinder((spec, warn) => ({
      ingresses: [connect.ingress(readKafkaIngress(spec, valueType, warn))],
    }));
  const egress = placedBinder((spec, warn) => ({
    egresses: [connect.egress(readKafkaEgress(spec, warn))],
  }));
  return {
    "io.statefun.kafka.v1/ingress": ingress("valueType"),
    "io.statefun.kafka/ingress": ingress("valueType"),
    "statefun.kafka.io/routable-protobuf-ingress": ingress("typeUrl"),
    "io.statefun.kafka.v1/egress": egress,
    "io.statefun.kafka/egress": egress,
    "statefun.kafka.io/generic-egress": egress,
  };
}

/** The same for Kinesis. */
export function kinesisBinders(
  connect: Connect<KinesisIngressDescription, KinesisEgressDescription>,
): Readonly<Record<string, Binder>> {
  const ingress = (valueType: "valueType" | "typeUrl") =>
    placedBinder((spec, warn) => ({
      ingresses: [connect.ingress(readKinesisIngress(spec, valueType, warn))],
    }));
  const egress = placedBinder((spec, warn) => ({
    egresses: [connect.egress(readKinesisEgress(spec, warn))],
  }));
  return {
    "io.statefun.kinesis.v1/ingress": ingress("valueType"),
    "io.statefun.kinesis/ingress": ingress("valueType"),
    "statefun.kinesis.io/routable-protobuf-ingress": ingress("typeUrl"),
    "io.statefun.kinesis.v1/egress": egress,
    "io.statefun.kinesis/egress": egress,
    "statefun.kinesis.io/generic-egress": egress,
  };
}
