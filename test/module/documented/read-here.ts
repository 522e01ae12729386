import type { Module } from "statefun";
import { StateFunError } from "statefun";
import { loadModule } from "statefun/module";
import type {
  AwsAccess,
  KafkaEgressDescription,
  KafkaIngressDescription,
  KinesisEgressDescription,
  KinesisIngressDescription,
  StartupPosition,
} from "../../../src/module/kinds/descriptions.ts";
import type { RemoteEndpoint } from "../../../src/sdk/modules/define-module.ts";
import { applicationOf } from "../../../src/sdk/modules/define-module.ts";
import { resolveEndpoint } from "../../../src/transport/endpoint.ts";
import type { ReadPart, ReadThere } from "./read-there.ts";

type Description =
  | KafkaIngressDescription
  | KafkaEgressDescription
  | KinesisIngressDescription
  | KinesisEgressDescription;

/** What `loadModule` makes of a file, in the same words as what a release makes of it. */
export async function readHere(yaml: string): Promise<ReadThere> {
  let module: Module;
  try {
    module = await loadModule(yaml, { onWarning: () => {} });
  } catch (error) {
    if (!(error instanceof StateFunError)) throw error;
    return { refused: error.message };
  }
  const { endpoints, ingresses, egresses } = applicationOf([module]);
  return {
    parts: [
      ...endpoints.map(endpointOf),
      // Only connectors' bindings carry one, and it is one of these.
      ...ingresses.map(({ part }) => ioOf(Object(part["~ingress"]).description)),
      ...egresses.map(({ part }) => ioOf(Object(part["~deliver"]).description)),
    ],
  };
}

function endpointOf(owned: { readonly module: string; readonly part: RemoteEndpoint }): ReadPart {
  const { part } = owned;
  const { transport = { type: "async" }, protocol, states = [] } = part;
  const isAsync = transport.type === "async";
  const [target] = part.functions;
  return {
    functions: typeof target === "string" ? target : target?.typename,
    url: part.urlPathTemplate,
    batch: part.maxNumBatchRequests ?? 1_000,
    transport: transport.type,
    // The one that a runtime works by.
    callMs: resolveEndpoint(owned).timeoutMs,
    connectMs: transport.connectTimeoutMs ?? (isAsync ? 20_000 : 10_000),
    ...(isAsync
      ? {
          poolTtlMs: transport.poolTtlMs ?? 15_000,
          poolSize: transport.poolSize ?? 1_024,
          payloadBytes: resolveEndpoint(owned).maxResponseBytes,
        }
      : {
          readMs: transport.readTimeoutMs ?? 10_000,
          writeMs: transport.writeTimeoutMs ?? 10_000,
        }),
    ...(protocol === "v2" ? { states: states.map(stateOf) } : {}),
  };
}

function stateOf({
  name,
  expireAfterCallMs,
  expireAfterWriteMs,
}: NonNullable<RemoteEndpoint["states"]>[number]): unknown {
  if (expireAfterWriteMs !== undefined) return { name, how: "after-write", ms: expireAfterWriteMs };
  if (expireAfterCallMs !== undefined) return { name, how: "after-call", ms: expireAfterCallMs };
  return { name };
}

function ioOf(description: Description): ReadPart {
  const { typename: id } = description;
  switch (description.kind) {
    case "io.statefun.kafka.v1/ingress":
      return {
        kind: "KafkaIngress",
        id,
        address: description.address,
        group: description.consumerGroupId,
        reset: description.autoOffsetResetPosition,
        from: routings(description.topics),
        position: positionOf(description.startupPosition),
        properties: without(description.properties, ["bootstrap.servers", "group.id"]),
      };
    case "io.statefun.kafka.v1/egress": {
      const { deliverySemantic: semantic } = description;
      return {
        kind: "KafkaEgress",
        id,
        address: description.address,
        semantic: semantic.type,
        ...(semantic.type === "exactly-once" ? { timeoutMs: semantic.transactionTimeoutMs } : {}),
        properties: without(description.properties, ["bootstrap.servers"]),
      };
    }
    case "io.statefun.kinesis.v1/ingress":
      return {
        kind: "KinesisIngress",
        id,
        from: routings(description.streams),
        position: positionOf(description.startupPosition),
        ...awsOf(description),
      };
    case "io.statefun.kinesis.v1/egress":
      return {
        kind: "KinesisEgress",
        id,
        outstanding: description.maxOutstandingRecords,
        ...awsOf(description),
      };
  }
}

function routings(all: KafkaIngressDescription["topics"]): unknown {
  return Object.fromEntries(
    all.map(({ from, valueType, targets }) => [from, { valueType, targets }]),
  );
}

function positionOf(position: StartupPosition): unknown {
  if (position.type === "date") return position.timestampMs;
  if (position.type !== "specific-offsets") return position.type;
  return Object.fromEntries([...position.offsets].map(([key, offset]) => [key, String(offset)]));
}

function awsOf({ awsRegion, awsCredentials, clientConfigProperties }: AwsAccess): object {
  const words = {
    default: "Default",
    specific: "SpecificId",
    "custom-endpoint": "CustomEndpoint",
    basic: "Basic",
    profile: "Profile",
  };
  const plain = ({ type, ...fields }: AwsAccess["awsRegion"] | AwsAccess["awsCredentials"]) => ({
    kind: words[type],
    fields: Object.values(fields).sort(),
  });
  return {
    region: plain(awsRegion),
    credentials: plain(awsCredentials),
    properties: without(clientConfigProperties, []),
  };
}

function without(properties: ReadonlyMap<string, string>, names: readonly string[]): unknown {
  return Object.fromEntries([...properties].filter(([name]) => !names.includes(name)));
}
