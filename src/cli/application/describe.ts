import type { BoundFunction } from "../../sdk/invocation/bound-function.ts";
import type { Application } from "../../sdk/modules/define-module.ts";
import type { Accepts } from "../../sdk/types/type.ts";
import type { ShownApplication, ShownFunction } from "../ipc.ts";
import { exampleRequest } from "./example-request.ts";

/** What there is, for a reader. `url` is where it is reached. */
export function describeApplication(
  application: Application,
  egresses: ShownApplication["egresses"],
  url: string,
): ShownApplication {
  const functions = application.functions.flatMap((module) => [...functionsOf(module)]);
  const endpoints = application.endpoints.map(({ part }) => ({
    functions: part.functions
      .map((one) => (typeof one === "string" ? one : one.typename))
      .join(", "),
    url: part.urlPathTemplate,
  }));
  return {
    functions: functions.map((fn) => shownFunction(fn, url)),
    endpoints,
    egresses,
    example: functions.map((fn) => exampleRequest(fn, url)).find((one) => one !== undefined),
  };
}

/** Modules that hold functions have them in a map under this name, of whatever copy of the package they are. */
function functionsOf(module: object): Iterable<BoundFunction> {
  const functions: unknown = Object(module)["~functions"];
  // Only StatefulFunctions has such a map.
  return functions instanceof Map ? (functions as Map<string, BoundFunction>).values() : [];
}

function shownFunction(fn: BoundFunction, url: string): ShownFunction {
  const { typename, accepts, replies, states } = fn;
  return {
    typename,
    accepts: typenamesOf(accepts),
    replies: typenamesOf(replies),
    states: [...states.values()].map(({ name, type }) => ({ name, type: type.typename })),
    curl: exampleRequest(fn, url)?.curl,
  };
}

function typenamesOf(types: Accepts): readonly string[] | undefined {
  return types === undefined ? undefined : [types].flat().map((type) => String(type.typename));
}
