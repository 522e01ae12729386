import type { RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import { legacyKinds } from "../read/legacy-kinds.ts";
import { moduleInvalid, type Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { type Binder, placedBinder } from "./binder.ts";
import { kafkaBinders, kinesisBinders } from "./connector-binders.ts";
import { describedEgress, describedIngress } from "./descriptions.ts";
import { readEndpointV1, readEndpointV2 } from "./endpoint-spec.ts";
import { readFunctionV2 } from "./function-v2-spec.ts";
import { readPlaygroundEgress, readPlaygroundIngress } from "./playground-spec.ts";

/** Every kind that is known without a binder of the user's. What needs a connector is described, and not started. */
export function builtinBinders(): ReadonlyMap<string, Binder> {
  const described = { ingress: describedIngress, egress: describedEgress };
  return new Map(
    Object.entries({
      "io.statefun.endpoints.v1/http": endpointBinder(readEndpointV1),
      "io.statefun.endpoints.v2/http": endpointBinder(readEndpointV2),
      [legacyKinds.endpoint]: endpointBinder(readEndpointV1),
      [legacyKinds.function]: endpointBinder(readFunctionV2),
      "io.statefun.playground.v1/ingress": placedBinder((spec, warn) => ({
        ingresses: [describedIngress(readPlaygroundIngress(spec, warn))],
      })),
      "io.statefun.playground.v1/egress": placedBinder((spec, warn) => ({
        egresses: [describedEgress(readPlaygroundEgress(spec, warn))],
      })),
      ...kafkaBinders(described),
      ...kinesisBinders(described),
      "statefun.kafka.io/protobuf-ingress": refused("ingress"),
      "org.apache.flink.statefun.sdk/protobuf-router": refused("router"),
    }),
  );
}

function endpointBinder(read: (spec: TreeNode, warn: Warn) => RemoteEndpoint): Binder {
  return placedBinder((spec, warn) => ({ endpoints: [read(spec, warn)] }));
}

/** These read messages by a descriptor set from the class path of a JVM. */
function refused(what: string): Binder {
  const instead = "use statefun.kafka.io/routable-protobuf-ingress, which routes by the key";
  return placedBinder((spec) => {
    throw moduleInvalid(
      spec,
      `expected no protobuf ${what}: it needs a descriptor set of the JVM, ${instead}`,
    );
  });
}
