import { longestWaitMs } from "../../internal/limits.ts";
import { durationOf } from "../read/duration.ts";
import { type Fields, readFields } from "../read/fields.ts";
import type { Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { choiceOf, integerOf, propertiesOf, textOf, typenameOf } from "../read/values.ts";
import type { KafkaEgressDescription, KafkaIngressDescription } from "./descriptions.ts";
import { type RoutingNames, readRoutings, readStartupPosition } from "./routing-spec.ts";

const positions = ["group-offsets", "earliest", "latest", "specific-offsets", "date"] as const;

export function readKafkaIngress(
  spec: TreeNode,
  valueType: RoutingNames["valueType"],
  warn: Warn,
): KafkaIngressDescription {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const typename = typenameOf(fields.required("id", 'a name like "namespace/name"'));
    const properties = propertiesOf(fields.optional("properties"), warn);
    const topics = fields.required("topics", "a list of topics");
    const reset = fields.optional("autoOffsetResetPosition");
    return {
      kind: "io.statefun.kafka.v1/ingress",
      typename,
      address: addressIn(fields, properties),
      consumerGroupId: settingIn(fields, "consumerGroupId", properties, "group.id"),
      topics: readRoutings(topics, { from: "topic", valueType }, warn),
      startupPosition: readStartupPosition(fields.optional("startupPosition"), positions, warn),
      autoOffsetResetPosition:
        reset === undefined ? "latest" : choiceOf(reset, ["earliest", "latest"]),
      properties,
    };
  });
}

export function readKafkaEgress(spec: TreeNode, warn: Warn): KafkaEgressDescription {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const typename = typenameOf(fields.required("id", 'a name like "namespace/name"'));
    const properties = propertiesOf(fields.optional("properties"), warn);
    return {
      kind: "io.statefun.kafka.v1/egress",
      typename,
      address: addressIn(fields, properties),
      deliverySemantic: readSemantic(fields.optional("deliverySemantic"), warn),
      properties,
    };
  });
}

const addressIn = (fields: Fields, properties: ReadonlyMap<string, string>) =>
  settingIn(fields, "address", properties, "bootstrap.servers");

/** A setting that may as well be given as a property of the client. */
function settingIn(
  fields: Fields,
  name: string,
  properties: ReadonlyMap<string, string>,
  property: string,
): string {
  const what = name === "address" ? "the brokers, host:port" : "the name of a consumer group";
  const given = fields.optional(name);
  const other = properties.get(property);
  if (given === undefined && other !== undefined && other !== "") return other;
  return textOf(given ?? fields.required(name, what), what);
}

function readSemantic(
  node: TreeNode | undefined,
  warn: Warn,
): KafkaEgressDescription["deliverySemantic"] {
  if (node === undefined) return { type: "at-least-once" };
  return readFields(node, "a map with type", warn, (fields) => {
    const types = ["at-least-once", "exactly-once", "none"] as const;
    const type = choiceOf(fields.required("type", `one of ${types.join(", ")}`), types);
    if (type !== "exactly-once") return { type };
    // The older name wins, as it does in a runtime.
    const millis = fields.optional("transactionTimeoutMillis");
    const duration = fields.optional("transactionTimeout");
    const transactionTimeoutMs =
      millis === undefined
        ? durationOf(duration ?? fields.required("transactionTimeout", "a duration"))
        : integerOf(millis, "milliseconds, an integer from 1 on", 1, longestWaitMs);
    return { type, transactionTimeoutMs };
  });
}
