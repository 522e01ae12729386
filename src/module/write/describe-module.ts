import { stringify } from "yaml";
import {
  assertInteger,
  assertKnownKeys,
  assertNonEmpty,
  invalid,
  isRecord,
} from "../../internal/assert.ts";
import { longestWaitMs } from "../../internal/limits.ts";
import { show } from "../../internal/show.ts";
import type { AnyModule } from "../../sdk/functions/function-table.ts";
import { applicationOf } from "../../sdk/modules/define-module.ts";
import { egressDescription, ingressDescription } from "../kinds/descriptions.ts";
import { isUrlTemplate } from "../kinds/endpoint-spec.ts";
import { firstVariable } from "../read/variables.ts";
import { localCalls } from "./local-calls.ts";
import { type Call, writeCall } from "./write-call.ts";
import { type Format, formats, layOut } from "./write-format.ts";
import { writeEgress, writeIngress } from "./write-io.ts";

/** How a module file is written. */
export interface DescribeModuleOptions {
  /**
   * The URL at which the cluster reaches this application's own functions; `{function.name}` stands for the name
   * of a function.
   */
  readonly urlPathTemplate: string;
  /** `"kind"` for StateFun 3.1 and later, `"3.0"` for 3.0 to 3.3, `"2.0"` for 2.1 and 2.2. @default "kind" */
  readonly format?: Format;
  /**
   * Time for a request to this application's own functions, with its retries, in milliseconds. @default that of
   * the transport
   */
  readonly timeoutMs?: number;
}

/**
 * The module.yaml for a Flink cluster. Throws `invalid_argument` for what cannot be expressed in a module file: an
 * ingress with a router in code, an egress that is delivered by code, anything that the format does not support.
 *
 * @example
 * ```ts
 * import { StatefulFunctions } from "statefun";
 * import { describeModule } from "statefun/module";
 *
 * const functions = new StatefulFunctions();
 * functions.bind("demo/greeter", () => {});
 *
 * console.log(describeModule(functions, { urlPathTemplate: "http://functions:8000/statefun" }));
 * ```
 */
export function describeModule(
  modules: AnyModule | readonly AnyModule[],
  options: DescribeModuleOptions,
): string {
  const { urlPathTemplate, format, timeoutMs } = resolveOptions(options);
  const { functions, endpoints, ingresses, egresses } = applicationOf([modules].flat());
  const calls: Call[] = [
    ...localCalls(functions, urlPathTemplate, timeoutMs),
    ...endpoints.flatMap(({ module, part }) => {
      assertNonEmpty(part.urlPathTemplate, `urlPathTemplate of an endpoint of module ${module}`);
      return part.functions.map((one) => {
        const target = typeof one === "string" ? one : one.typename;
        return { module, target, endpoint: part, isLocal: false };
      });
    }),
  ];
  assertDistinct(
    "function",
    calls.map(({ module, target }) => [target, module]),
  );
  assertDistinct(
    "ingress",
    ingresses.map(({ module, part }) => [part.typename, module]),
  );
  assertDistinct(
    "egress",
    egresses.map(({ module, part }) => [part.typename, module]),
  );
  const documents = layOut(format, {
    calls: calls.map((call) => writeCall(call, format)),
    ingresses: ingresses.map(({ module, part }) => {
      const description = ingressDescription(part);
      if (description !== undefined) return writeIngress(description, format);
      throw cannot(`ingress ${part.typename} of module ${module}, which is made by code`);
    }),
    egresses: egresses.map(({ module, part }) => {
      const description = egressDescription(part);
      if (description !== undefined) return writeEgress(description, format);
      throw cannot(`egress ${part.typename} of module ${module}, which is delivered by code`);
    }),
  });
  return textOf(documents);
}

function cannot(what: string): Error {
  return invalid(`cannot be expressed in a module file: ${what}`);
}

function textOf(documents: readonly unknown[]): string {
  if (documents.length === 0)
    throw invalid("a module file needs a function, an ingress or an egress");
  const variable = variableIn(documents);
  if (variable !== undefined) {
    throw cannot(`the text ${show(variable)}, which loadModule would replace as a variable`);
  }
  // A cluster reads YAML 1.1, where more plain words are no texts.
  const yaml = { lineWidth: 0, aliasDuplicateObjects: false, compat: "yaml-1.1" } as const;
  return documents.map((document) => stringify(document, yaml)).join("---\n");
}

/** The first variable in any text. */
function variableIn(value: unknown): string | undefined {
  if (typeof value === "string") return firstVariable(value);
  for (const inner of Object.values(isRecord(value) ? value : {})) {
    const found = variableIn(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

function assertDistinct(kind: string, names: readonly (readonly [string, string])[]): void {
  const owners = new Map<string, string>();
  for (const [name, owner] of names) {
    const other = owners.get(name);
    if (other !== undefined) {
      throw invalid(`${kind} ${name} is defined twice, in module ${other} and in module ${owner}`);
    }
    owners.set(name, owner);
  }
}

function resolveOptions(options: DescribeModuleOptions): {
  readonly urlPathTemplate: string;
  readonly format: Format;
  readonly timeoutMs: number | undefined;
} {
  const known = ["urlPathTemplate", "format", "timeoutMs"];
  assertKnownKeys(options, known, "the options of describeModule");
  const { urlPathTemplate, format = "kind", timeoutMs } = options;
  assertNonEmpty(urlPathTemplate, "urlPathTemplate");
  if (!isUrlTemplate(urlPathTemplate)) {
    const what = "a URL of http, https, http+unix or https+unix";
    throw invalid(`urlPathTemplate must be ${what}, got ${show(urlPathTemplate)}`);
  }
  if (!formats.includes(format)) {
    throw invalid(`format must be one of ${formats.join(", ")}, got ${show(format)}`);
  }
  if (timeoutMs !== undefined) assertInteger(timeoutMs, "timeoutMs", 1, longestWaitMs);
  return { urlPathTemplate, format, timeoutMs };
}
