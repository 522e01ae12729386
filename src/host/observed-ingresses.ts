import type { IngressHealth } from "../engine/contract/ingress-host.ts";
import type { IngressEvent, Observer } from "../model/observer.ts";

const everyMs = 1_000;

/**
 * Reports how far each source is, once a second if that has changed. Gives what ends it. It looks on while nothing comes in: then
 * it matters most how far behind a source is. One that another process has taken over is reported once more, without a lag: whoever
 * keeps what was reported last would count it twice.
 */
export function observeIngresses(
  health: () => readonly IngressHealth[],
  observer: Observer,
): () => void {
  let reported: ReadonlyMap<string, IngressEvent> = new Map();
  const look = (): void => {
    const all = new Map<string, IngressEvent>();
    for (const { typename, sources } of health()) {
      for (const { source, lag, records } of sources) {
        const progress = { typename, source, lag, records };
        all.set(source, progress);
        const last = reported.get(source);
        if (last?.lag !== lag || last?.records !== records) observer.ingress?.({ ...progress });
      }
    }
    for (const [source, last] of reported) {
      if (!all.has(source)) observer.ingress?.({ ...last, lag: undefined });
    }
    reported = all;
  };
  const timer: unknown = setInterval(look, everyMs);
  // Not everywhere does it have this: an ingress keeps the process alive by itself.
  (timer as { unref?(): void }).unref?.();
  return () => clearInterval(timer as never);
}
