import type { IngressHealth } from "../engine/contract/ingress-host.ts";
import type { Observer } from "../model/observer.ts";

const everyMs = 1_000;

/**
 * Tells how far each source is, once a second if that has changed. Gives what ends it. It looks on while nothing comes in: then
 * it matters most how far behind a source is.
 */
export function observeIngresses(
  health: () => readonly IngressHealth[],
  observer: Observer,
): () => void {
  const told = new Map<string, string>();
  const look = (): void => {
    for (const { typename, sources } of health()) {
      for (const { source, lag, records } of sources) {
        const now = `${lag} ${records}`;
        if (told.get(source) === now) continue;
        told.set(source, now);
        observer.ingress?.({ typename, source, lag, records });
      }
    }
  };
  const timer: unknown = setInterval(look, everyMs);
  // Not everywhere does it have this: an ingress keeps the process alive by itself.
  (timer as { unref?(): void }).unref?.();
  return () => clearInterval(timer as never);
}
