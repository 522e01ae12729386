import type { FunctionHost, FunctionTransport } from "../engine/contract/function-transport.ts";
import { invalid } from "../internal/assert.ts";
import { show } from "../internal/show.ts";
import {
  type AnyModule,
  functionTable,
  type ListedFunctions,
} from "../sdk/functions/function-table.ts";
import type { Owned, RemoteEndpoint } from "../sdk/modules/define-module.ts";
import { type Endpoint, resolveEndpoint } from "./endpoint.ts";
import { reachableFunctions } from "./reachable-functions.ts";
import type { RemoteSettings } from "./remote-function.ts";
import { allFunctions, remoteFunctions } from "./remote-functions.ts";

/** The remote part of an application, checked against the local part. */
export interface RemoteApplication {
  /** All that may be sent to, here and there. */
  readonly functions: ListedFunctions;
  /** Those of all endpoints, by the names that their functions have in modules: `namespace/*` for all others of a namespace. */
  readonly names: readonly string[];
  /** Functions of this process go first. */
  transport(
    local: FunctionTransport,
    settings: RemoteSettings,
    host: FunctionHost,
  ): FunctionTransport;
}

/** `replaced` are functions that a stub replaces: they are not called. */
export function remoteApplication(
  endpoints: readonly Owned<RemoteEndpoint>[],
  modules: readonly AnyModule[],
  replaced: ReadonlySet<string>,
): RemoteApplication {
  const table = functionTable(modules);
  const resolved = endpoints.map(resolveEndpoint).map((endpoint) => without(endpoint, replaced));
  const functions = reachableFunctions(table, resolved);
  for (const endpoint of resolved) assertNotLocal(endpoint, modules, table);
  return {
    functions,
    names: resolved.flatMap(({ functions: names }) => names),
    transport: (local, settings, host) =>
      allFunctions([local, remoteFunctions(resolved, settings, host)]),
  };
}

function without(endpoint: Endpoint, names: ReadonlySet<string>): Endpoint {
  return { ...endpoint, functions: endpoint.functions.filter((name) => !names.has(name)) };
}

/** A function of this process goes before all of a namespace, but one name is not for two functions. */
function assertNotLocal(
  { module, functions }: Endpoint,
  modules: readonly AnyModule[],
  table: ListedFunctions,
): void {
  for (const typename of functions) {
    if (table.get(typename) === undefined) continue;
    const owner = modules.find((part) => functionTable([part]).get(typename) !== undefined);
    const names = `module ${show(owner?.["~module"])} and by an endpoint of module ${show(module)}`;
    throw invalid(`${typename} is bound twice: by ${names}`);
  }
}
