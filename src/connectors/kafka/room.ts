import type { IngressHost } from "../../engine/ingress-host.ts";
import { wait } from "./wait.ts";

/** Messages that may wait in the engine before an ingress reads on: enough to keep it busy, and few to restart with. */
const most = 2_000;
const lookMs = 2;
/** What has not moved for so long is parked or slow, and nobody else has to wait for it. */
const patienceMs = 1_000;

/** Lets an ingress read as fast as its messages are handled, and no faster. */
export class Room {
  readonly #host: Pick<IngressHost, "pending">;
  /** Messages that wait without moving. */
  #floor = 0;

  constructor(host: Pick<IngressHost, "pending">) {
    this.#host = host;
  }

  get isFull(): boolean {
    const pending = this.#host.pending();
    if (pending < this.#floor) this.#floor = pending;
    return pending - this.#floor > most;
  }

  /** Resolves when there is room. */
  async wait(signal: AbortSignal): Promise<void> {
    let least = this.#host.pending();
    let waitedMs = 0;
    while (this.isFull && !signal.aborted) {
      await wait(lookMs, signal);
      waitedMs += lookMs;
      const pending = this.#host.pending();
      if (pending < least) {
        least = pending;
        waitedMs = 0;
      } else if (waitedMs >= patienceMs) {
        this.#floor = pending - most;
        return;
      }
    }
  }
}
