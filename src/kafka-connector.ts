export { kafkaBinders } from "./connectors/kafka/binders.ts";
export type { KafkaConnection } from "./connectors/kafka/client/connection.ts";
export { optional, raw, utf8 } from "./connectors/kafka/in/decoders.ts";
export type { KafkaIngressOptions, KafkaRouting } from "./connectors/kafka/in/ingress-options.ts";
export type { InvalidRecords } from "./connectors/kafka/in/invalid-records.ts";
export { kafkaIngress } from "./connectors/kafka/in/kafka-ingress.ts";
export type { StartupPosition } from "./connectors/kafka/ingress-settings.ts";
export type {
  KafkaDeliveryOptions,
  RefusedRecords,
} from "./connectors/kafka/out/delivery-options.ts";
export { kafkaDelivery } from "./connectors/kafka/out/kafka-delivery.ts";
