import { functionRef } from "../../sdk/functions/function-ref.ts";
import type { RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import { type Fields, readFields } from "../read/fields.ts";
import { expected, type Warn } from "../read/module-error.ts";
import type { TreeNode } from "../read/tree.ts";
import { integerOf, textOf, typenameOf } from "../read/values.ts";
import { readOkHttpTimeouts, readTransport } from "./transport-spec.ts";

/** What Java's integers end at: a runtime has no larger batch, and takes 0 and less for no limit. */
export const unlimited = 2_147_483_647;

/** `io.statefun.endpoints.v2/http`: the transport can be chosen. */
export function readEndpointV2(spec: TreeNode, warn: Warn): RemoteEndpoint {
  return readFields(spec, "a map of settings", warn, (fields) => {
    const transport = fields.optional("transport");
    return {
      ...readTarget(fields, warn),
      ...(transport === undefined ? {} : readTransport(transport, warn)),
    };
  });
}

/** `io.statefun.endpoints.v1/http`, and the endpoints of format "3.0": always OkHttp. */
export function readEndpointV1(spec: TreeNode, warn: Warn): RemoteEndpoint {
  return readFields(spec, "a map of settings", warn, (fields) => ({
    ...readTarget(fields, warn),
    ...readOkHttpTimeouts(fields.optional("timeouts"), warn),
  }));
}

function readTarget(fields: Fields, warn: Warn): RemoteEndpoint {
  const functions = targetOf(
    fields.required("functions", 'functions, "namespace/name" or "namespace/*"'),
  );
  const template = fields.required("urlPathTemplate", "a URL");
  return {
    functions: [functions],
    urlPathTemplate: urlTemplateOf(template, warn),
    protocol: "v3",
    ...maxBatchOf(fields.optional("maxNumBatchRequests")),
  };
}

export function maxBatchOf(
  node: TreeNode | undefined,
): Pick<RemoteEndpoint, "maxNumBatchRequests"> {
  if (node === undefined) return {};
  const given = integerOf(node, "an integer", -unlimited, unlimited);
  return { maxNumBatchRequests: given < 1 ? unlimited : given };
}

/** One function or a namespace, `*` nowhere else. */
function targetOf(node: TreeNode): RemoteEndpoint["functions"][number] {
  const typename = typenameOf(node);
  const [, namespace = "", name = ""] = /^(.*)\/(.*)$/.exec(typename) ?? [];
  if (namespace.includes("*") || (name.includes("*") && name !== "*")) {
    throw expected(node, '"namespace/name" or "namespace/*"');
  }
  return name === "*" ? `${namespace}/*` : functionRef(typename);
}

export function urlTemplateOf(node: TreeNode, warn: Warn): string {
  const template = textOf(node, "a URL");
  const url = template.replaceAll("{function.name}", "name");
  if (/[{}]/.test(url)) throw expected(node, "a URL with no placeholder except {function.name}");
  if (!scheme.test(url)) throw expected(node, "a URL of http, https, http+unix or https+unix");
  // Such as `http://<end point url>/statefun` of an example: the rest of the file can be used without it.
  if (!isUrl(url)) warn(node, "not a URL that can be called");
  return template;
}

const scheme = /^(?:http|https|http\+unix|https\+unix):\/\/./i;

/** Whether functions can be called by it. */
export function isUrlTemplate(template: string): boolean {
  const url = template.replaceAll("{function.name}", "name");
  return !/[{}\s]/.test(url) && scheme.test(url) && isUrl(url);
}

function isUrl(text: string): boolean {
  try {
    return new URL(text).href !== "";
  } catch {
    return false;
  }
}
