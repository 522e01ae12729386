import { defineModule } from "statefun";
import { kafkaBinders, kafkaIngress } from "statefun/kafka-connector";
import { loadModule } from "statefun/module";
import { counted, counter, functions, Numbered } from "./app.ts";

/** An entry of an application: `statefun module` makes of it what a cluster needs to know. */
const brokers = process.env["BROKERS"] ?? "localhost:9092";

const numbers = kafkaIngress("together/numbers", {
  brokers,
  topics: ["numbers"],
  consumerGroup: "together",
  value: Numbered,
  targets: [counter],
  startupPosition: "earliest",
});

/** Delivers exactly once on a cluster. Only a module file can say so. */
const delivered = await loadModule(
  {
    kind: "io.statefun.kafka.v1/egress",
    spec: {
      id: counted.typename,
      address: brokers,
      deliverySemantic: { type: "exactly-once", transactionTimeout: "1 min" },
    },
  },
  { binders: kafkaBinders() },
);

export default [functions, defineModule({ name: "kafka", ingresses: [numbers] }), delivered];
