import { Turns } from "../../engine/views/turns.ts";

/** How much unread data all streams and pages of an application hold together. */
const maxHeldBytes = 67_108_864;
/** How long a reader may read nothing while others wait for room. */
const shortMs = 2_000;
/** How often that is looked at. */
const lookMs = 500;

/** A stream that holds something. */
export interface Holder {
  readonly heldBytes: number;
  /** When its reader last took something. */
  readonly readAt: number;
  /** Ends it for a reader that reads nothing, and frees what it holds. */
  endStalled(): void;
}

/**
 * The memory of slow readers. Only one stream at a time produces data, and none while all together hold the limit:
 * then a reader that reads nothing is disconnected first.
 */
export class StreamLimit {
  readonly #holders = new Set<Holder>();
  readonly #waiting = new Set<() => void>();
  readonly #turns = new Turns();
  #isBusy = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  get heldBytes(): number {
    let bytes = 0;
    for (const holder of this.#holders) bytes += holder.heldBytes;
    return bytes;
  }

  enter(holder: Holder): void {
    this.#holders.add(holder);
  }

  leave(holder: Holder): void {
    this.#holders.delete(holder);
    this.released();
  }

  /**
   * Does what makes something to hold, when it is its turn. Rejects with the reason of the signal, if that aborts while it waits.
   * The signal is only read when it has to wait: Deno prints a warning once the signal of a request was read.
   */
  async turn<T>(reader: { readonly signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
    let hasWaited = false;
    while (this.#isBusy || this.heldBytes >= maxHeldBytes) {
      await this.#wait(reader.signal);
      hasWaited = true;
    }
    if (hasWaited && reader.signal.aborted) {
      // It was woken for a turn that it does not take: the next one has it.
      this.released();
      reader.signal.throwIfAborted();
    }
    this.#isBusy = true;
    try {
      // Another one has just ended: without this, a row of them is one turn of the event loop.
      if (hasWaited && this.#turns.isOver) await this.#turns.next();
      return await work();
    } finally {
      this.#isBusy = false;
      this.released();
    }
  }

  /** Somebody holds less than before. */
  released(): void {
    if (this.#isBusy || this.heldBytes >= maxHeldBytes) return;
    const [first] = this.#waiting;
    first?.();
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(end);
        signal.removeEventListener("abort", end);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      this.#waiting.add(end);
      signal.addEventListener("abort", end);
      this.#look();
    });
  }

  #look(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting.size === 0) return;
      this.released();
      if (this.heldBytes >= maxHeldBytes) {
        const now = performance.now();
        for (const holder of [...this.#holders]) {
          if (holder.heldBytes > 0 && now - holder.readAt >= shortMs) holder.endStalled();
        }
      }
      this.#look();
    }, lookMs);
  }
}
