import { functionRef } from "../../sdk/functions/function-ref.ts";
import type { RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import { durationOf } from "../read/duration.ts";
import { readFields } from "../read/fields.ts";
import { expected, type Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { assertOnce, choiceOf, textOf, typenameOf } from "../read/values.ts";
import { maxBatchOf, urlTemplateOf } from "./endpoint-spec.ts";
import { okHttp } from "./transport-spec.ts";

const okHttpNames = {
  call: "timeout",
  connect: "connectTimeout",
  read: "readTimeout",
  write: "writeTimeout",
};

type DeclaredState = NonNullable<RemoteEndpoint["states"]>[number];

/** A function of 2.x, which has an endpoint of its own; `type` comes from its meta. */
export function readFunctionV2(spec: TreeNode, warn: Warn): RemoteEndpoint {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const type = fields.required("type", 'a name like "namespace/name"');
    const typename = typenameOf(type);
    if (typename.includes("*")) throw expected(type, "the name of one function");
    const states = fields.optional("states");
    return {
      functions: [functionRef(typename)],
      urlPathTemplate: urlTemplateOf(fields.required("endpoint", "a URL"), warn),
      protocol: "v2",
      states: states === undefined ? [] : readStates(states, warn),
      ...maxBatchOf(fields.optional("maxNumBatchRequests")),
      ...okHttp(fields, okHttpNames, warn),
    };
  });
}

/** Names (format 1.0), or maps of a name and an expiration (format 2.0); either is read in both. */
function readStates(node: TreeNode, warn: Warn): readonly DeclaredState[] {
  if (node.type !== "list") throw expected(node, "a list of states");
  const states = node.items.map((item) => {
    if (item.type !== "map") return { item, state: { name: textOf(item, "the name of a state") } };
    return readFields(item, "a state", warn, (fields) => {
      const name = fields.required("name", "the name of a state");
      const after = fields.optional("expireAfter");
      const mode = fields.optional("expireMode");
      const how =
        mode === undefined ? "after-invoke" : choiceOf(mode, ["after-invoke", "after-write"]);
      // 0 is the documented way to say that a state never expires.
      const ms = (after && durationOf(after, undefined, 0)) || undefined;
      const state: DeclaredState = {
        name: textOf(name, "the name of a state"),
        ...(ms !== undefined && how === "after-write" ? { expireAfterWriteMs: ms } : {}),
        ...(ms !== undefined && how === "after-invoke" ? { expireAfterCallMs: ms } : {}),
      };
      return { item: name, state };
    });
  });
  assertOnce(states, ({ item }) => item);
  return states.map(({ state }) => state);
}
