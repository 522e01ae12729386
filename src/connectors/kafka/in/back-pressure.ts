import type { IngressHost } from "../../../engine/contract/ingress-host.ts";
import { wait } from "../client/wait.ts";

/** Messages that may wait in the engine before an ingress reads on: enough to keep it busy, and few to restart with. */
const most = 2_000;
const lookMs = 2;
/** What has not moved for so long is slow, and the rest need not wait for it… */
const patienceMs = 1_000;
/** …but no more than this number may wait without progress, whatever else there is to read. */
const mostStuck = 8_000;

/** Lets the partitions of an ingress read as fast as their messages are handled, and no faster. One for all of them. */
export class BackPressure {
  readonly #host: Pick<IngressHost, "pending">;
  /** What waited when it was least: of others, and from before. */
  #base: number | undefined;
  /** Messages that wait without moving. */
  #stuck = 0;
  #least = Number.POSITIVE_INFINITY;
  #leastAt = 0;

  constructor(host: Pick<IngressHost, "pending">) {
    this.#host = host;
  }

  get isFull(): boolean {
    const pending = this.#host.pending();
    const base = Math.min(this.#base ?? pending, pending);
    this.#base = base;
    this.#stuck = Math.min(this.#stuck, pending - base);
    return pending - base - this.#stuck >= most;
  }

  /** Resolves when there is room. */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.isFull && !signal.aborted) {
      this.#beImpatient();
      await wait(lookMs, signal);
    }
  }

  #beImpatient(): void {
    const pending = this.#host.pending();
    const now = performance.now();
    if (pending < this.#least || now - this.#leastAt > 2 * patienceMs) {
      this.#least = pending;
      this.#leastAt = now;
    }
    if (now - this.#leastAt < patienceMs) return;
    this.#least = pending;
    this.#leastAt = now;
    this.#stuck = Math.min(mostStuck, pending - (this.#base ?? 0));
  }
}
