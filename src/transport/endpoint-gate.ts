import type { FunctionHost, Gate, Place } from "../engine/contract/function-transport.ts";
import { reasonOf } from "../internal/show.ts";
import { backOffMs } from "../model/back-off.ts";

/**
 * Requests to one endpoint at a time. Enough to keep a server of many threads busy, few enough that an endpoint
 * which hangs leaves most of what its functions may have running to others. Who waits has a mailbox, and costs no connection.
 */
const maxInFlight = 128;

/**
 * The one breaker of an endpoint, and its limit of requests in flight. While the endpoint is down one request at
 * a time looks whether it still is; any answer of it lets everybody in again.
 */
export class EndpointGate implements Gate {
  readonly #host: Pick<FunctionHost, "clock" | "random">;
  readonly #probing: Parameters<typeof backOffMs>[0];
  /** Called when it goes down, with why, and when it is up again. */
  readonly #onChange: (reason: string | undefined) => void;
  /** Who waits to be called, in order. */
  readonly #waiting = new Map<object, () => void>();
  /** Who was called and has not asked again yet: a place is kept for each. */
  readonly #called = new Set<object>();
  #inFlight = 0;
  /** `due`: still taken to be down, and it is time to look. `probing`: a request is on its way to look. */
  #state: "up" | "down" | "due" | "probing" = "up";
  /** Failures in a row. */
  #failures = 0;
  #cancel: (() => void) | undefined;
  #isClosed = false;
  #retryAt = 0;
  /**
   * How often the endpoint went down. A request notes the round in which it began: the result of an earlier round
   * is outdated.
   */
  round = 0;

  constructor(
    host: Pick<FunctionHost, "clock" | "random">,
    probing: Parameters<typeof backOffMs>[0],
    onChange: (reason: string | undefined) => void,
  ) {
    this.#onChange = onChange;
    this.#host = host;
    this.#probing = probing;
  }

  get isUp(): boolean {
    return this.#state === "up";
  }

  get retryAt(): number | undefined {
    return this.#state === "down" ? this.#retryAt : undefined;
  }

  enter(key: object, wake: () => void): Place | undefined {
    const isAdmitted = this.#admits(key);
    this.#called.delete(key);
    if (!isAdmitted) {
      this.#waiting.set(key, wake);
      return undefined;
    }
    this.#inFlight++;
    const isProbe = this.#state === "due";
    if (isProbe) this.#state = "probing";
    const { round } = this;
    return {
      leave: () => {
        this.#inFlight--;
        // It was never sent, or its outcome is unknown.
        if (isProbe && this.#state === "probing" && round === this.round) this.#state = "due";
        this.#letIn();
      },
    };
  }

  withdraw(key: object): boolean {
    const hasWaited = this.#waiting.delete(key);
    if (this.#called.delete(key)) this.#letIn();
    return hasWaited;
  }

  look(): boolean {
    if (this.#state !== "down" || this.#isClosed) return false;
    this.#cancel?.();
    this.#state = "due";
    this.#letIn();
    return true;
  }

  /** The endpoint has answered, whatever it said. */
  answered(round: number): void {
    if (round !== this.round) return;
    this.#failures = 0;
    if (this.#state === "up") return;
    this.#state = "up";
    this.#onChange(undefined);
    this.#letIn();
  }

  /** The endpoint could not be reached, or asked to be left alone for `pauseMs`; `error` says how. */
  failed(round: number, pauseMs: number | undefined, error: unknown): void {
    if (round !== this.round || this.#isClosed) return;
    this.round++;
    this.#failures++;
    const wasUp = this.#state === "up";
    this.#state = "down";
    // A server that says "at once", or whose clock is behind, is not believed.
    const backOff = backOffMs(this.#probing, this.#failures, this.#host.random);
    const waitMs = Math.max(pauseMs ?? 0, backOff);
    this.#retryAt = this.#host.clock.now() + waitMs;
    this.#cancel = this.#host.clock.after(waitMs, () => {
      this.#state = "due";
      this.#letIn();
    });
    if (wasUp) this.#onChange(reasonOf(error));
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
  }

  #admits(key: object): boolean {
    const others = this.#called.size - Number(this.#called.has(key));
    if (this.#state === "up") return this.#inFlight + others < maxInFlight;
    return this.#state === "due" && others === 0;
  }

  #letIn(): void {
    let free = 0;
    if (this.#state === "up") free = maxInFlight - this.#inFlight - this.#called.size;
    if (this.#state === "due") free = 1 - this.#called.size;
    for (const [key, wake] of this.#waiting) {
      if (free-- <= 0) return;
      this.#waiting.delete(key);
      this.#called.add(key);
      wake();
    }
  }
}
