import type { Engine } from "../engine/contract/engine.ts";
import type { Traffic } from "../engine/contract/telemetry/traffic.ts";
import { isRecord } from "../internal/assert.ts";
import type { Observer } from "../model/observer.ts";
import type { LocalApplication } from "./application.ts";
import type { OwnedBinding } from "./egress-targets.ts";
import { type Ingresses, startIngresses } from "./ingresses.ts";
import type { ResolvedRuntimeOptions } from "./options.ts";

/**
 * The engine with its connections to the outside: ingresses run as long as it does. Closing stops them first, so
 * that nothing more comes in, and closes deliveries last, when nothing more goes out. If one of them cannot start,
 * the engine is closed.
 */
export async function connected(
  engine: Engine,
  { ingresses, bindings }: Pick<LocalApplication, "ingresses" | "bindings">,
  options: Pick<ResolvedRuntimeOptions, "maxMessageBytes" | "onError" | "observer" | "isPaused">,
  traffic?: Traffic,
): Promise<Engine> {
  const { maxMessageBytes, onError } = options;
  const report = (error: unknown): void => onError(error, {});
  try {
    const parts = { maxMessageBytes, onError: report, traffic };
    const running = await startIngresses(options.isPaused ? [] : ingresses, engine, parts);
    const endObserving = await observed(running, await options.observer?.());
    let stopping: Promise<void> | undefined;
    const stop = (drainMs: number): Promise<void> => {
      endObserving();
      stopping ??= running.stop(drainMs);
      return stopping;
    };
    // Their records are no longer taken here: another process may read them.
    void engine.ended.then((error) => (error === undefined ? undefined : stop(0)));
    return {
      ...engine,
      health: () => ({ ...engine.health(), ingresses: running.health() }),
      async close(drainMs) {
        // At once: what comes while the ingresses stop is refused.
        engine.drain();
        const startedAt = performance.now();
        await stop(drainMs);
        try {
          await engine.close(Math.max(0, drainMs - Math.floor(performance.now() - startedAt)));
        } finally {
          await closeDeliveries(bindings);
        }
      },
    };
  } catch (error) {
    // Why it could not start says more than what its end says.
    await engine.close(0).catch(() => {});
    await closeDeliveries(bindings);
    throw error;
  }
}

/** Reports how far sources are, if there is an observer. The result ends that. */
async function observed(ingresses: Ingresses, observer: Observer | undefined): Promise<() => void> {
  if (observer?.ingress === undefined || ingresses.health().length === 0) return () => {};
  const { observeIngresses } = await import("./observed-ingresses.ts");
  return observeIngresses(ingresses.health, observer);
}

/** Lets go of what deliveries hold open, a connection to a broker above all. They may be used again. */
async function closeDeliveries(bindings: readonly OwnedBinding[]): Promise<void> {
  await Promise.all(
    bindings.map(async ({ part }) => {
      const how: unknown = part["~deliver"];
      if (isRecord(how) && typeof how["close"] === "function") await how["close"]();
    }),
  );
}
