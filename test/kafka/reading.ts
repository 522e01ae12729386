import { type KafkaIngressOptions, kafkaIngress, utf8 } from "statefun/kafka-connector";
import { listener } from "./hosts.ts";
import type { Written } from "./topics.ts";

type Options = Partial<Omit<KafkaIngressOptions<string>, "value">>;

/** An ingress of texts from its beginning, into a function of its own that remembers them. */
export function reading(
  brokers: string,
  name: string,
  consumerGroup: string,
  topics: readonly string[],
  options: Options = {},
) {
  const one = listener(`test/${name}`);
  const ingress = kafkaIngress(`test/in-${name}`, {
    brokers,
    topics,
    consumerGroup,
    startupPosition: "earliest",
    ...options,
    value: utf8,
    targets: [one.ref],
  });
  // Behind the length that the encoding of a text begins with.
  const texts = () => one.heard.map(({ text }) => text.replace(/^[^a-z]*/, "")).sort();
  return { ...one, ingress, texts };
}

/** Numbered records of a topic, and the texts that they have, in order. */
export function records(topic: string, count: number, from: number = 0): Written[] {
  return Array.from({ length: count }, (_, n) => ({
    topic,
    key: `k${n}`,
    value: `${topic} ${from + n}`,
  }));
}

export function textsOf(topic: string, count: number, from: number = 0): string[] {
  return records(topic, count, from)
    .map(({ value }) => String(value))
    .sort();
}
