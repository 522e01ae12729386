import { functionRef } from "../../sdk/functions/function-ref.ts";
import { type AnyModule, functionTable } from "../../sdk/functions/function-table.ts";
import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";
import type { RemoteEndpoint } from "../../sdk/modules/define-module.ts";
import type { ResolvedState } from "../../sdk/state/state-specs.ts";
import type { Call } from "./write-call.ts";

/** The functions of this application as a cluster sees them: endpoints at `urlPathTemplate`, with their states. */
export function localCalls(
  modules: readonly AnyModule[],
  urlPathTemplate: string,
  timeoutMs: number | undefined,
): Call[] {
  // Throws for what is not a module, and for a name that two modules bind.
  functionTable(modules);
  return modules.flatMap((module) => {
    // What functionTable takes has a map of functions.
    const functions = Object(module)["~functions"] as ReadonlyMap<string, BoundFunction>;
    return [...functions.values()].map(({ typename, states }) => {
      const endpoint: RemoteEndpoint = {
        functions: [functionRef(typename as `${string}/${string}`)],
        urlPathTemplate,
        states: [...states.values()].map(declared),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      };
      return { module: module["~module"], target: typename, endpoint, isLocal: true };
    });
  });
}

function declared({ name, expiration: { mode, afterMs } }: ResolvedState) {
  if (mode === "none") return { name };
  return mode === "after-write"
    ? { name, expireAfterWriteMs: afterMs }
    : { name, expireAfterCallMs: afterMs };
}
