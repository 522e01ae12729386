import type { EngineFunction, FunctionTransport } from "../engine/contract/function-transport.ts";
import type { WireAddress } from "../model/invocation.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A batch whose handler was called and has not settled. */
export interface RunningBatch {
  readonly target: WireAddress;
  /** Virtual time by which it times out. */
  readonly deadline: number;
}

/** What functions do in a test, seen from outside: which ones run, and whether anything happens at all. */
export class Activity {
  readonly #clock: VirtualClock;
  readonly #timeoutMs: number;
  readonly #maxSteps: number;
  readonly #onEndless: (steps: number, target: WireAddress) => void;
  readonly #running = new Set<RunningBatch>();
  #steps = 0;
  #events = 0;

  /** `onEndless` hears once more than `maxSteps` batches have begun since the last `rest`. */
  constructor(parts: {
    readonly clock: VirtualClock;
    readonly timeoutMs: number;
    readonly maxSteps: number;
    readonly onEndless: (steps: number, target: WireAddress) => void;
  }) {
    this.#clock = parts.clock;
    this.#timeoutMs = parts.timeoutMs;
    this.#maxSteps = parts.maxSteps;
    this.#onEndless = parts.onEndless;
  }

  /** Grows with everything that happens. */
  get progress(): number {
    return this.#events + this.#clock.readings;
  }

  get running(): readonly RunningBatch[] {
    return [...this.#running];
  }

  /** Nothing is left to do at this time of the clock. */
  rest(): void {
    this.#steps = 0;
    this.#events++;
  }

  /** Another process runs: what the earlier one began has no effect. */
  begin(): void {
    this.#running.clear();
    this.#events++;
  }

  watch(transport: FunctionTransport): FunctionTransport {
    const watched = new WeakMap<EngineFunction, EngineFunction>();
    return {
      ...transport,
      get: (typename) => {
        const fn = transport.get(typename);
        if (fn === undefined) return undefined;
        const known = watched.get(fn) ?? this.#watched(fn);
        watched.set(fn, known);
        return known;
      },
    };
  }

  #watched(fn: EngineFunction): EngineFunction {
    const invoke: EngineFunction["invoke"] = (batch) => {
      const { target } = batch;
      this.#events++;
      if (++this.#steps > this.#maxSteps) this.#onEndless(this.#steps - 1, target);
      const outcome = fn.invoke(batch);
      if (!(outcome instanceof Promise)) return outcome;
      const running = { target, deadline: this.#clock.now() + this.#timeoutMs };
      this.#running.add(running);
      return outcome.finally(() => {
        this.#running.delete(running);
        this.#events++;
      });
    };
    // Some of its properties change while it is there: those of a remote function.
    return Object.create(fn, { invoke: { value: invoke } });
  }
}
