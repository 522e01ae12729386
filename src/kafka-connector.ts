export { kafkaBinders } from "./connectors/kafka/binders.ts";
export type { KafkaConnection } from "./connectors/kafka/connection.ts";
export { optional, raw, utf8 } from "./connectors/kafka/decoders.ts";
export type { KafkaDeliveryOptions, RefusedRecords } from "./connectors/kafka/delivery-options.ts";
export type { KafkaIngressOptions, KafkaRouting } from "./connectors/kafka/ingress-options.ts";
export type { StartupPosition } from "./connectors/kafka/ingress-settings.ts";
export type { InvalidRecords } from "./connectors/kafka/invalid-records.ts";
export { kafkaDelivery } from "./connectors/kafka/kafka-delivery.ts";
export { kafkaIngress } from "./connectors/kafka/kafka-ingress.ts";
