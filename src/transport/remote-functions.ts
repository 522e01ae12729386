import type { FunctionHost, FunctionTransport } from "../engine/function-transport.ts";
import { invalid } from "../internal/assert.ts";
import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import { splitTypename } from "../model/typename.ts";
import type { Endpoint } from "./endpoint.ts";
import { EndpointGate } from "./endpoint-gate.ts";
import { RemoteFunction, type RemoteSettings } from "./remote-function.ts";

/** An endpoint that is down is looked for this often at least, whatever the waits of its messages are. */
const longestProbeMs = 10_000;

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
  const functions = new Map<string, RemoteFunction>();
  const running = new Set<AbortController>();
  const { initialDelayMs, maxDelayMs } = settings.retry;
  const probing = { initialDelayMs, maxDelayMs: Math.min(maxDelayMs, longestProbeMs) };
  // A 2.x module names the endpoint of its functions with each of them.
  const templates = new Set(endpoints.map(({ template }) => template));
  const gates = new Map(
    Array.from(templates, (template) => [template, new EndpointGate(host, probing)] as const),
  );
  return {
    get(typename) {
      const known = functions.get(typename);
      if (known !== undefined) return known;
      const endpoint = table.get(typename);
      const gate = endpoint && gates.get(endpoint.template);
      if (endpoint === undefined || gate === undefined) return undefined;
      const made = new RemoteFunction({ typename, endpoint, gate, settings, host, running });
      functions.set(typename, made);
      return made;
    },
    unavailable: () =>
      endpoints.flatMap(({ template, functions: names }) =>
        gates.get(template)?.isUp === false ? names : [],
      ),
    close() {
      for (const gate of gates.values()) gate.close();
      const reason = new StateFunError("draining", "the runtime is closed");
      for (const controller of running) controller.abort(reason);
    },
  };
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
