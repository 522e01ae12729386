import { type Fields, readFields } from "../read/fields.ts";
import type { Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { assertOnce, integerOf, listOf, textOf } from "../read/values.ts";
import type { PlaygroundEgressDescription, PlaygroundIngressDescription } from "./descriptions.ts";

/** Its port is 8090 in every example of the playground. */
export function readPlaygroundIngress(spec: TreeNode, warn: Warn): PlaygroundIngressDescription {
  return readFields(spec, "a map with port", warn, (fields) => ({
    kind: "io.statefun.playground.v1/ingress",
    typename: "io.statefun.playground/ingress",
    port: portIn(fields, 8_090),
  }));
}

export function readPlaygroundEgress(spec: TreeNode, warn: Warn): PlaygroundEgressDescription {
  return readFields(spec, "a map with port and topics", warn, (fields) => {
    const port = portIn(fields, 8_091);
    const what = "a list of topics";
    const topics = listOf(fields.required("topics", what), what, (node) => ({
      node,
      name: textOf(node, "the name of a topic"),
    }));
    assertOnce(topics, ({ node }) => node);
    return {
      kind: "io.statefun.playground.v1/egress",
      typename: "io.statefun.playground/egress",
      port,
      topics: topics.map(({ name }) => name),
    };
  });
}

function portIn(fields: Fields, otherwise: number): number {
  const node = fields.optional("port");
  return node === undefined ? otherwise : integerOf(node, "a port from 0 to 65535", 0, 65_535);
}
