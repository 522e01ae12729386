import { egressAddress } from "../../engine/routing/system-addresses.ts";
import type { LocalApplication } from "../../host/application.ts";
import { keptEgresses } from "../../host/engine-surface.ts";
import { orAborted } from "../../internal/deadline.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { WireAddress } from "../../model/invocation.ts";
import type { SurfaceHost } from "../../surface/surface-host.ts";
import { deadLetterObject, type Placement } from "../object-names.ts";
import type { ObjectRpc } from "../object-rpc.ts";
import { resultOf } from "../rpc-result.ts";
import { objectCalls, objectOf } from "./object-calls.ts";

/** How long an object is asked to wait for kept records, for an event stream. */
const watchMs = 20_000;
/** Between two questions, when an object does not answer. */
const pauseMs = 1_000;

/** Which functions have their addresses in the directory. */
export interface ListedFunctions {
  readonly isOn: boolean;
  isListed(typename: string): boolean;
}

/** How the application was deployed. */
export interface Standing {
  readonly isPaused: boolean;
  /** Whether objects have other names than their addresses. */
  readonly isPlaced: boolean;
}

/** All objects of an application, as the surface in front of them sees them. */
export function workerHost(
  { functions, bindings }: Pick<LocalApplication, "functions" | "bindings">,
  placement: Placement,
  stub: (name: string, address: WireAddress | undefined) => ObjectRpc,
  directory: ListedFunctions = { isOn: false, isListed: () => false },
  standing: Standing = { isPaused: false, isPlaced: false },
): SurfaceHost {
  const kept = keptEgresses(bindings);
  const of = objectOf(placement, stub);
  const keptAfter = (egress: string, after: number, limit: number, waitMs: number) => {
    const { name, object } = of(egressAddress(egress));
    return resultOf(() => object.kept(name, egress, after, limit, waitMs));
  };
  const dead = () => stub(deadLetterObject, undefined);
  const host: SurfaceHost = {
    engine: "durable-object",
    functionOf: (typename) => functions.get(typename),
    *functions() {
      for (const typename of functions.names()) yield functions.get(typename) ?? { typename };
    },
    keptEgress: (typename) => kept.get(typename),
    keptEgresses: () => kept.values(),
    ...objectCalls(of, false),
    kept: (egress, after, limit) => keptAfter(egress, after, limit, 0),
    async waitKept(egress, after, signal) {
      // An object does not learn that the client has disconnected: it only waits for a limited time.
      const rows = keptAfter(egress, after, 1, watchMs).catch(() => pause(signal));
      await orAborted(rows, signal).catch(() => {});
    },
    recordId: (row) => (row as { readonly id?: string }).id ?? String(row.number),
    look(address, place, want) {
      const { name, object } = of(address);
      return resultOf(() => object.look(name, address, place, want));
    },
    deadLetters: (after, limit, typename) =>
      resultOf(() => dead().deadLetters(deadLetterObject, after, limit, typename)),
    replay: (number) => resultOf(() => dead().replay(deadLetterObject, number)),
    discard: (number) => resultOf(() => dead().discard(deadLetterObject, number)),
    async health(withFigures) {
      // A Worker that answers is up: to ask an object each time is billed, and one of them says nothing of the others.
      if (!withFigures) return { status: "ok", figures: {} };
      try {
        const deadLetters = await resultOf(() => dead().countDead(deadLetterObject));
        return { status: "ok", figures: { deadLetters } };
      } catch (error) {
        if (!(error instanceof StateFunError)) throw error;
        return { status: error.code, figures: {} };
      }
    },
    async admin() {
      const { workerAdmin } = await import("./worker-admin.ts");
      return workerAdmin(of, directory, { ...standing, host, placement, stub });
    },
  };
  return host;
}

/** An object that does not answer is not asked again at once. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, pauseMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
