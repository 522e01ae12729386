import { defineModule } from "statefun";
import { kafkaIngress } from "statefun/kafka-connector";
import { createRuntime, type Runtime, type RuntimeOptions } from "statefun/runtime";
import { sqliteStore } from "statefun/sqlite";
import { counter, functions, Numbered } from "./app.ts";

/** The engine of this library with the ingress of the cluster: the same topic, and the same group. */
export function startEngine(
  file: string,
  brokers: string,
  withNumbers: boolean,
  options: Pick<RuntimeOptions, "paused"> = {},
): Promise<Runtime> {
  const numbers = kafkaIngress("moving/numbers", {
    brokers,
    topics: ["numbers"],
    consumerGroup: "moving-numbers",
    value: Numbered,
    targets: [counter],
    startupPosition: "group-offsets",
    autoOffsetResetPosition: "earliest",
  });
  const ingresses = withNumbers ? [defineModule({ name: "kafka", ingresses: [numbers] })] : [];
  return createRuntime({
    modules: [functions, ...ingresses],
    store: sqliteStore(file),
    ...options,
  });
}
