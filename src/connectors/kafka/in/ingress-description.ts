import type {
  KafkaIngressDescription,
  StartupPosition,
} from "../../../module/kinds/descriptions.ts";
import type { StartupPosition as StartPosition } from "../ingress-settings.ts";
import { raw, requiredOf, utf8 } from "./decoders.ts";
import type { KafkaIngressOptions, KafkaRouting } from "./ingress-options.ts";

/**
 * What a module file can say of an ingress: nothing of a router in code, of values that no type wrote, of what becomes of invalid
 * records, of TLS and SASL unless they are properties.
 */
export function descriptionOf<V>(
  typename: string,
  options: KafkaIngressOptions<V> & KafkaRouting<V>,
): { readonly description?: KafkaIngressDescription } {
  const { value, targets, tls, sasl, onInvalid = "fail" } = options;
  const isOfType = ![utf8, raw].includes(value as never) && requiredOf(value) === undefined;
  if (targets === undefined || !isOfType || onInvalid !== "fail") return {};
  if (tls !== undefined || sasl !== undefined) return {};
  const { brokers, clientId, consumerGroup, topics, properties = {} } = options;
  const name = clientId === undefined ? {} : { "client.id": clientId };
  const names = targets.map((target) => target.typename);
  return {
    description: {
      kind: "io.statefun.kafka.v1/ingress",
      typename,
      address: brokers,
      consumerGroupId: consumerGroup,
      topics: topics.map((from) => ({ from, valueType: value.typename, targets: names })),
      startupPosition: positionOf(options.startupPosition ?? "latest"),
      autoOffsetResetPosition: options.autoOffsetResetPosition ?? resetAt(options.startupPosition),
      properties: new Map(Object.entries({ ...properties, ...name })),
    },
  };
}

/** Whoever begins at the beginning wants to skip nothing later either. */
export function resetAt(position: StartPosition | undefined): "earliest" | "latest" {
  return position === "earliest" ? "earliest" : "latest";
}

function positionOf(position: StartPosition): StartupPosition {
  if (typeof position === "string") return { type: position };
  if ("timestampMs" in position) return { type: "date", timestampMs: position.timestampMs };
  return { type: "specific-offsets", offsets: new Map(Object.entries(position.offsets)) };
}
