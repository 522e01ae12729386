import { StateFunError } from "../internal/errors.ts";
import type { ListedFunctions } from "../sdk/functions/function-table.ts";
import type { BoundFunction } from "../sdk/invocation/bound-function.ts";
import type { Endpoint } from "./endpoint.ts";
import { endpointTable } from "./remote-functions.ts";

/**
 * All that may be sent to: the functions of this process, and those behind endpoints, as far as their references
 * describe them. A remote one has no states here, and is never run by this table.
 */
export function reachableFunctions(
  local: ListedFunctions,
  endpoints: readonly Endpoint[],
): ListedFunctions {
  const table = endpointTable(endpoints);
  const remote = (typename: string): BoundFunction | undefined => {
    const endpoint = table.get(typename);
    if (endpoint === undefined) return undefined;
    const { accepts, replies } = endpoint.references.get(typename) ?? {};
    return { typename, accepts, replies, states: new Map(), retry: {}, handler: elsewhere };
  };
  const named = (): string[] =>
    endpoints.flatMap(({ functions }) => functions).filter((name) => !name.endsWith("/*"));
  return {
    get: (typename) => local.get(typename) ?? remote(typename),
    names: () => new Set([...local.names(), ...named()]),
  };
}

function elsewhere(): never {
  throw new StateFunError("unknown_function", "a remote function is not run by this process");
}
