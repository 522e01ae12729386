import type { EngineKind, Observer } from "../model/observer.ts";
import type { Endpoint } from "./endpoint.ts";

/** Where to report, if anywhere. */
export interface EndpointsObserved {
  readonly engine: EngineKind;
  readonly observer: Observer | undefined;
}

/**
 * Reports which endpoints do not answer, and which answer again, by the names that they have for their functions, as health does.
 * Gives what is to be called when that may have changed, with why; undefined where nobody wants to know.
 */
export function observedEndpoints(
  endpoints: readonly Endpoint[],
  isDown: (endpoint: Endpoint) => boolean,
  { engine, observer }: EndpointsObserved,
): ((reason: string | undefined) => void) | undefined {
  if (observer?.reachable === undefined) return undefined;
  const down = new Set<Endpoint>();
  return (reason) => {
    for (const endpoint of endpoints) {
      const isUp = !isDown(endpoint);
      if (isUp !== down.has(endpoint)) continue;
      if (isUp) down.delete(endpoint);
      else down.add(endpoint);
      const why = isUp ? undefined : reason;
      for (const name of endpoint.functions) {
        observer.reachable?.({ engine, kind: "endpoint", name, isUp, reason: why });
      }
    }
  };
}
