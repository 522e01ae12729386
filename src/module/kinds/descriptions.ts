import { isRecord } from "../../internal/assert.ts";
import type { EgressBinding } from "../../sdk/egress/egress.ts";
import type { Ingress } from "../../sdk/modules/define-module.ts";

/** Where the records of a topic or a stream go: to the instance named by their key, of each target. */
export interface Routing {
  /** A Kafka topic or a Kinesis stream. */
  readonly from: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export type StartupPosition =
  | { readonly type: "group-offsets" | "earliest" | "latest" }
  /** By `topic/partition`. */
  | { readonly type: "specific-offsets"; readonly offsets: ReadonlyMap<string, bigint> }
  | { readonly type: "date"; readonly timestampMs: number };

/** What a module file says of a Kafka ingress, defaults filled in. */
export interface KafkaIngressDescription {
  readonly kind: "io.statefun.kafka.v1/ingress";
  readonly typename: string;
  readonly address: string;
  readonly consumerGroupId: string;
  readonly topics: readonly Routing[];
  readonly startupPosition: StartupPosition;
  /** Where to continue when the record at a position no longer exists. */
  readonly autoOffsetResetPosition: "earliest" | "latest";
  readonly properties: ReadonlyMap<string, string>;
}

export interface KafkaEgressDescription {
  readonly kind: "io.statefun.kafka.v1/egress";
  readonly typename: string;
  readonly address: string;
  readonly deliverySemantic:
    | { readonly type: "at-least-once" | "none" }
    | { readonly type: "exactly-once"; readonly transactionTimeoutMs: number };
  readonly properties: ReadonlyMap<string, string>;
}

/** The region of AWS, and the credentials. */
export interface AwsAccess {
  readonly awsRegion:
    | { readonly type: "default" }
    | { readonly type: "specific"; readonly id: string }
    | { readonly type: "custom-endpoint"; readonly endpoint: string; readonly id: string };
  readonly awsCredentials:
    | { readonly type: "default" }
    | { readonly type: "basic"; readonly accessKeyId: string; readonly secretAccessKey: string }
    | { readonly type: "profile"; readonly profileName: string; readonly profilePath?: string };
  readonly clientConfigProperties: ReadonlyMap<string, string>;
}

export interface KinesisIngressDescription extends AwsAccess {
  readonly kind: "io.statefun.kinesis.v1/ingress";
  readonly typename: string;
  readonly streams: readonly Routing[];
  readonly startupPosition: StartupPosition;
}

export interface KinesisEgressDescription extends AwsAccess {
  readonly kind: "io.statefun.kinesis.v1/egress";
  readonly typename: string;
  readonly maxOutstandingRecords: number;
}

/** `PUT /{namespace}/{function}/{id}` on a port. */
export interface PlaygroundIngressDescription {
  readonly kind: "io.statefun.playground.v1/ingress";
  readonly typename: "io.statefun.playground/ingress";
  readonly port: number;
}

/** `GET /{topic}` on a port. */
export interface PlaygroundEgressDescription {
  readonly kind: "io.statefun.playground.v1/egress";
  readonly typename: "io.statefun.playground/egress";
  readonly port: number;
  readonly topics: readonly string[];
}

export type IngressDescription =
  | KafkaIngressDescription
  | KinesisIngressDescription
  | PlaygroundIngressDescription;

export type EgressDescription =
  | KafkaEgressDescription
  | KinesisEgressDescription
  | PlaygroundEgressDescription;

/**
 * An ingress that is known and cannot be started: `needs` says what would start it. A connector that starts
 * one keeps the description beside its own properties, so that a file can say it.
 */
export function describedIngress(description: IngressDescription): Ingress {
  const { typename } = description;
  return {
    typename,
    "~ingress": { description, needs: `ingress ${typename} ${need(description)}` },
  };
}

export function describedEgress(description: EgressDescription): EgressBinding {
  const { typename } = description;
  return {
    typename,
    "~deliver": { description, needs: `egress ${typename} ${need(description)}` },
  };
}

/** What a file can say of it; undefined for what is made by code. */
export function ingressDescription(ingress: Ingress): IngressDescription | undefined {
  const how = ingress["~ingress"];
  // Only the functions above and the connectors set it.
  return isRecord(how) ? (how["description"] as IngressDescription | undefined) : undefined;
}

export function egressDescription(binding: EgressBinding): EgressDescription | undefined {
  const how = binding["~deliver"];
  // As above.
  return isRecord(how) ? (how["description"] as EgressDescription | undefined) : undefined;
}

function need({ kind }: IngressDescription | EgressDescription): string {
  const way = kind.endsWith("/ingress") ? "ingress" : "egress";
  if (kind.startsWith("io.statefun.playground.")) {
    return `belongs to the playground: run it with statefun dev`;
  }
  if (kind.startsWith("io.statefun.kafka.")) {
    return `is a Kafka ${way}: pass the binders of statefun/kafka-connector to loadModule`;
  }
  return `is a Kinesis ${way}, for which there is no connector: pass a binder for ${kind} to loadModule`;
}
