import { type Fields, readFields } from "../read/fields.ts";
import type { Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { choiceOf, integerOf, propertiesOf, textOf, typenameOf } from "../read/values.ts";
import type {
  AwsAccess,
  KinesisEgressDescription,
  KinesisIngressDescription,
} from "./descriptions.ts";
import { type RoutingNames, readRoutings, readStartupPosition } from "./routing-spec.ts";

export function readKinesisIngress(
  spec: TreeNode,
  valueType: RoutingNames["valueType"],
  warn: Warn,
): KinesisIngressDescription {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const typename = typenameOf(fields.required("id", 'a name like "namespace/name"'));
    const streams = fields.required("streams", "a list of streams");
    const position = fields.optional("startupPosition");
    return {
      kind: "io.statefun.kinesis.v1/ingress",
      typename,
      streams: readRoutings(streams, { from: "stream", valueType }, warn),
      startupPosition: readStartupPosition(position, ["earliest", "latest", "date"], warn),
      ...readAccess(fields, warn),
    };
  });
}

export function readKinesisEgress(spec: TreeNode, warn: Warn): KinesisEgressDescription {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const typename = typenameOf(fields.required("id", 'a name like "namespace/name"'));
    const most = fields.optional("maxOutstandingRecords");
    return {
      kind: "io.statefun.kinesis.v1/egress",
      typename,
      maxOutstandingRecords:
        most === undefined ? 1_000 : integerOf(most, "an integer from 1 on", 1, 2_147_483_647),
      ...readAccess(fields, warn),
    };
  });
}

function readAccess(fields: Fields, warn: Warn): AwsAccess {
  return {
    awsRegion: readRegion(fields.optional("awsRegion"), warn),
    awsCredentials: readCredentials(fields.optional("awsCredentials"), warn),
    clientConfigProperties: propertiesOf(fields.optional("clientConfigProperties"), warn),
  };
}

function readRegion(node: TreeNode | undefined, warn: Warn): AwsAccess["awsRegion"] {
  if (node === undefined) return { type: "default" };
  return readFields(node, "a map with type", warn, (fields) => {
    const types = ["default", "specific", "custom-endpoint"] as const;
    const type = choiceOf(fields.required("type", `one of ${types.join(", ")}`), types);
    if (type === "default") return { type };
    const id = required(fields, "id", "the name of a region");
    if (type === "specific") return { type, id };
    return { type, endpoint: required(fields, "endpoint", "a URL"), id };
  });
}

function readCredentials(node: TreeNode | undefined, warn: Warn): AwsAccess["awsCredentials"] {
  if (node === undefined) return { type: "default" };
  return readFields(node, "a map with type", warn, (fields) => {
    const types = ["default", "basic", "profile"] as const;
    const type = choiceOf(fields.required("type", `one of ${types.join(", ")}`), types);
    if (type === "default") return { type };
    if (type === "basic") {
      const accessKeyId = required(fields, "accessKeyId", "the id of a key");
      return { type, accessKeyId, secretAccessKey: required(fields, "secretAccessKey", "a key") };
    }
    const profileName = required(fields, "profileName", "the name of a profile");
    const path = fields.optional("profilePath");
    if (path === undefined) return { type, profileName };
    return { type, profileName, profilePath: textOf(path, "the path of a file") };
  });
}

function required(fields: Fields, name: string, what: string): string {
  return textOf(fields.required(name, what), what);
}
