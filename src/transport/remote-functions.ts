import type { FunctionHost, FunctionTransport } from "../engine/contract/function-transport.ts";
import { invalid } from "../internal/assert.ts";
import { NonRetryableError, StateFunError } from "../internal/errors.ts";
import { reasonOf, show } from "../internal/show.ts";
import { splitTypename } from "../model/typename.ts";
import type { Endpoint } from "./endpoint.ts";
import { EndpointGates } from "./endpoint-gates.ts";
import { observedEndpoints } from "./observed-endpoints.ts";
import { RecentlyUsed } from "./recently-used.ts";
import { RemoteFunction, type RemoteSettings } from "./remote-function.ts";

/** Of the functions of a namespace those that had messages last are remembered, with what they said of their states. */
const maxFunctions = 10_000;

/** Finds endpoints: by the whole name first, then by the namespace. Throws where two have the same one. */
export function endpointTable(endpoints: readonly Endpoint[]): {
  get(typename: string): Endpoint | undefined;
} {
  const table = new Map<string, Endpoint>();
  for (const endpoint of endpoints) {
    for (const name of endpoint.functions) {
      const other = table.get(name);
      if (other !== undefined) {
        throw invalid(
          `${name} has two endpoints, of modules ${show(other.module)} and ${show(endpoint.module)}`,
        );
      }
      table.set(name, endpoint);
    }
  }
  return {
    get: (typename) => table.get(typename) ?? table.get(`${splitTypename(typename)[0]}/*`),
  };
}

/** The functions behind endpoints, by request-reply over HTTP. */
export function remoteFunctions(
  endpoints: readonly Endpoint[],
  settings: RemoteSettings,
  host: FunctionHost,
): FunctionTransport {
  const table = endpointTable(endpoints);
  const functions = new RecentlyUsed<RemoteFunction>(maxFunctions, ({ gate }) => gate.isUp);
  const running = new Set<AbortController>();
  const isDown = (endpoint: Endpoint): boolean => gates.isDown(endpoint);
  const onChange = observedEndpoints(endpoints, isDown, settings);
  const gates = new EndpointGates(settings.retry, host, onChange);
  return {
    get(typename) {
      const known = functions.get(typename);
      if (known !== undefined) return known;
      const endpoint = table.get(typename);
      if (endpoint === undefined) return undefined;
      const url = urlOf(endpoint, typename);
      const gate = gates.of(endpoint, url);
      const made = new RemoteFunction({ typename, endpoint, url, gate, settings, host, running });
      functions.set(typename, made);
      return made;
    },
    unavailable: () => endpoints.filter(isDown).flatMap(namesOf),
    close() {
      gates.close();
      const reason = new StateFunError("draining", "the runtime is closed");
      for (const controller of running) controller.abort(reason);
    },
  };
}

function namesOf({ functions }: Endpoint): readonly string[] {
  return functions;
}

/** Where a function runs, or why its place is invalid: then its messages are given up at once. */
function urlOf({ url }: Endpoint, typename: string): URL | NonRetryableError {
  try {
    return url.urlOf(splitTypename(typename)[1]);
  } catch (cause) {
    return new NonRetryableError(reasonOf(cause), { cause });
  }
}

/** One transport of several: the first that has a function, wins. */
export function allFunctions(transports: readonly FunctionTransport[]): FunctionTransport {
  return {
    get(typename) {
      for (const transport of transports) {
        const fn = transport.get(typename);
        if (fn !== undefined) return fn;
      }
      return undefined;
    },
    unavailable: () => transports.flatMap((transport) => transport.unavailable?.() ?? []),
    close() {
      for (const transport of transports) transport.close?.();
    },
  };
}
