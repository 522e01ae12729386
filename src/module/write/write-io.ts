import { invalid } from "../../internal/assert.ts";
import type {
  AwsAccess,
  EgressDescription,
  IngressDescription,
  KafkaEgressDescription,
  Routing,
  StartupPosition,
} from "../kinds/descriptions.ts";
import { dateText } from "../kinds/routing-spec.ts";
import type { Format, Written } from "./write-format.ts";

/** What the older formats call a kind. */
const types: ReadonlyMap<string, Readonly<Record<"3.0" | "2.0", string>>> = new Map([
  [
    "io.statefun.kafka.v1/ingress",
    { "3.0": "io.statefun.kafka/ingress", "2.0": "statefun.kafka.io/routable-protobuf-ingress" },
  ],
  [
    "io.statefun.kafka.v1/egress",
    { "3.0": "io.statefun.kafka/egress", "2.0": "statefun.kafka.io/generic-egress" },
  ],
  [
    "io.statefun.kinesis.v1/ingress",
    {
      "3.0": "io.statefun.kinesis/ingress",
      "2.0": "statefun.kinesis.io/routable-protobuf-ingress",
    },
  ],
  [
    "io.statefun.kinesis.v1/egress",
    { "3.0": "io.statefun.kinesis/egress", "2.0": "statefun.kinesis.io/generic-egress" },
  ],
]);

export function writeIngress(description: IngressDescription, format: Format): Written {
  return write("ingress", description, ingressSpec(description, format), format);
}

export function writeEgress(description: EgressDescription, format: Format): Written {
  return write("egress", description, egressSpec(description), format);
}

function write(
  way: "ingress" | "egress",
  { kind, typename }: IngressDescription | EgressDescription,
  spec: object,
  format: Format,
): Written {
  if (format === "kind") {
    // The playground's have no id.
    return { kind, spec: kind.includes(".playground.") ? spec : { id: typename, ...spec } };
  }
  const type = types.get(kind)?.[format];
  if (type === undefined)
    throw invalid(`cannot be expressed in a module file of ${format}: ${kind}`);
  return { [way]: { meta: { type, id: typename }, spec } };
}

function ingressSpec(description: IngressDescription, format: Format): object {
  const valueType = format === "2.0" ? "typeUrl" : "valueType";
  const routings = (list: readonly Routing[], from: string) =>
    list.map((one) => ({
      [from]: one.from,
      [valueType]: one.valueType,
      targets: [...one.targets],
    }));
  if (description.kind === "io.statefun.playground.v1/ingress") return { port: description.port };
  const { startupPosition } = description;
  if (description.kind === "io.statefun.kinesis.v1/ingress") {
    return {
      ...writeAccess(description),
      startupPosition: writePosition(startupPosition),
      streams: routings(description.streams, "stream"),
    };
  }
  const { address, consumerGroupId, topics, autoOffsetResetPosition, properties } = description;
  return {
    address,
    consumerGroupId,
    startupPosition: writePosition(startupPosition),
    autoOffsetResetPosition,
    topics: routings(topics, "topic"),
    ...writeProperties("properties", properties),
  };
}

function egressSpec(description: EgressDescription): object {
  if (description.kind === "io.statefun.playground.v1/egress") {
    return { port: description.port, topics: [...description.topics] };
  }
  if (description.kind === "io.statefun.kinesis.v1/egress") {
    const { maxOutstandingRecords } = description;
    return { ...writeAccess(description), maxOutstandingRecords };
  }
  const { address, deliverySemantic, properties } = description;
  return {
    address,
    deliverySemantic: writeSemantic(deliverySemantic),
    ...writeProperties("properties", properties),
  };
}

function writeSemantic(semantic: KafkaEgressDescription["deliverySemantic"]): object {
  if (semantic.type !== "exactly-once") return { type: semantic.type };
  const { type, transactionTimeoutMs } = semantic;
  // The older of its two names, which every release reads.
  return { type, transactionTimeoutMillis: transactionTimeoutMs };
}

function writePosition(position: StartupPosition): object {
  if (position.type === "date") {
    return { type: position.type, date: dateText(position.timestampMs) };
  }
  if (position.type !== "specific-offsets") return { type: position.type };
  const offsets = [...position.offsets].map(([name, offset]) => ({ [name]: offset }));
  return { type: position.type, offsets };
}

function writeAccess({ awsRegion, awsCredentials, clientConfigProperties }: AwsAccess): object {
  return {
    awsRegion: { ...awsRegion },
    awsCredentials: { ...awsCredentials },
    ...writeProperties("clientConfigProperties", clientConfigProperties),
  };
}

function writeProperties(name: string, properties: ReadonlyMap<string, string>): object {
  if (properties.size === 0) return {};
  const list = [...properties].map((entry) => Object.fromEntries([entry]));
  return { [name]: list };
}
