import type {
  EgressDescription,
  IngressDescription,
  PlaygroundEgressDescription,
  PlaygroundIngressDescription,
  Routing,
} from "../../module/kinds/descriptions.ts";
import { type AnyModule, functionTable } from "../../sdk/functions/function-table.ts";
import {
  applicationOf,
  defineModule,
  type RemoteEndpoint,
} from "../../sdk/modules/define-module.ts";
import { describedParts, onlyOne } from "./described-parts.ts";

/** A module, and the name of the file that it comes from. */
export interface NamedModule {
  readonly name: string;
  readonly module: AnyModule;
}

/** The ports of the playground, as far as a module file has them. */
export interface PlaygroundPorts {
  readonly ingress: PlaygroundIngressDescription | undefined;
  readonly egress: PlaygroundEgressDescription | undefined;
}

/** An application as this process can run it. */
export interface LocalPlan {
  readonly modules: readonly AnyModule[];
  /** Ways out that only a cluster has, and the playground's: their records are kept. */
  readonly egresses: readonly EgressDescription[];
  readonly playground: PlaygroundPorts;
}

/**
 * Takes out of modules what only a cluster can run, and says so. A function of this process runs here, although
 * a module file says where a cluster finds it.
 */
export function localPlan(
  given: readonly NamedModule[],
  startsConnectors: boolean,
  warn: (text: string) => void,
): LocalPlan {
  const parts = given.map((one) => ({ ...one, application: applicationOf([one.module]) }));
  const local = functionTable(parts.flatMap(({ application }) => application.functions));
  const all: [name: string, IngressDescription | EgressDescription][] = [];
  const modules = parts.map(({ name, module, application }) => {
    const parts = describedParts(application, startsConnectors);
    const { described, undescribed, ingresses, egresses } = parts;
    for (const description of described) all.push([name, description]);
    for (const typename of undescribed) warn(`${name}: ${undescribedAdvice(typename)}`);
    const before = application.endpoints.map(({ part }) => part);
    const endpoints = before.map((endpoint) => {
      const [here, rest] = split(endpoint, (typename) => local.get(typename) !== undefined);
      for (const typename of here) {
        warn(`${name}: ${typename} runs in this process, not at ${endpoint.urlPathTemplate}`);
      }
      return rest;
    });
    const isSame = endpoints.every((endpoint, index) => endpoint === before[index]);
    if (isSame && described.length + undescribed.length === 0) return module;
    const { functions } = application;
    // All of its functions run here.
    const isLeft = (endpoint: RemoteEndpoint, index: number): boolean =>
      endpoint === before[index] || endpoint.functions.length > 0;
    const left = endpoints.filter(isLeft);
    // The name is that of the module: errors and health show it.
    const title = String(Object(module)["~module"]);
    return defineModule({ name: title, functions, endpoints: left, ingresses, egresses });
  });
  for (const [name, description] of all) {
    const text = adviceFor(description);
    if (text !== undefined) warn(`${name}: ${text}`);
  }
  return {
    modules,
    egresses: all.map(([, description]) => description).filter(isEgress),
    playground: {
      ingress: onlyOne(all, "io.statefun.playground.v1/ingress"),
      egress: onlyOne(all, "io.statefun.playground.v1/egress"),
    },
  };
}

/** The functions of an endpoint that are of this process, and the endpoint of the others: itself where there are none. */
function split(
  endpoint: RemoteEndpoint,
  isHere: (typename: string) => boolean,
): [here: readonly string[], rest: RemoteEndpoint] {
  const nameOf = (one: RemoteEndpoint["functions"][number]): string =>
    typeof one === "string" ? one : one.typename;
  const here = endpoint.functions.map(nameOf).filter(isHere);
  if (here.length === 0) return [here, endpoint];
  const functions = endpoint.functions.filter((one) => !isHere(nameOf(one)));
  return [here, { ...endpoint, functions }];
}

/** What to do in place of an ingress that only a cluster has. */
function adviceFor(description: IngressDescription | EgressDescription): string | undefined {
  switch (description.kind) {
    case "io.statefun.kafka.v1/ingress":
      return `${advice(description.typename, description.topics)}, or start it with --connectors`;
    case "io.statefun.kinesis.v1/ingress":
      return advice(description.typename, description.streams);
    default:
      return undefined;
  }
}

/** The routing of its router is unknown. */
function undescribedAdvice(typename: string): string {
  return `ingress ${typename} does not run here: send the messages of its router over HTTP, or start it with --connectors`;
}

function advice(typename: string, routings: readonly Routing[]): string {
  const routes = routings.flatMap(({ valueType, targets }) =>
    targets.map((target) => `${valueType} to /functions/${target}/{id}`),
  );
  const how = ["send its messages over HTTP", ...new Set(routes)].join(", ");
  return `ingress ${typename} does not run here: ${how}`;
}

function isEgress(one: IngressDescription | EgressDescription): one is EgressDescription {
  return one.kind.endsWith("/egress");
}
