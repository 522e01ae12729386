import { defineModule } from "statefun";
import { kafkaDelivery, kafkaIngress } from "statefun/kafka-connector";
import { counted, counter, functions, inTopic, Numbered } from "./app.ts";

/** The whole application between two topics, for an engine of ours and for a cluster alike. */
export function application(brokers: string, consumerGroup: string) {
  const numbers = kafkaIngress("bench/numbers", {
    brokers,
    topics: [inTopic],
    consumerGroup,
    value: Numbered,
    targets: [counter],
    startupPosition: "earliest",
  });
  const egresses = [kafkaDelivery(counted, { brokers })];
  return [functions, defineModule({ name: "kafka", ingresses: [numbers], egresses })];
}
