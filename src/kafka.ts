export { type KafkaRecord, kafkaEgress } from "./sdk/kafka-egress.ts";
