export { type KafkaRecord, kafkaEgress } from "./sdk/egress/kafka-egress.ts";
