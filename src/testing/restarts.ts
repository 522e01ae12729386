import type { Engine } from "../engine/contract/engine.ts";
import type { LocalApplication } from "../host/application.ts";
import type { ResolvedRuntimeOptions } from "../host/options.ts";
import { type EngineHostParts, startEngine } from "../host/start-engine.ts";
import { StateFunError } from "../internal/errors.ts";
import { engineStoreOf, type Store } from "../store/store-handle.ts";
import { withCrashPoints } from "./crash-points.ts";

export interface RestartsParts {
  readonly application: LocalApplication;
  readonly options: ResolvedRuntimeOptions;
  readonly host: Omit<EngineHostParts, "onOpen">;
  readonly store: Store;
  /** From 0 to 0.5. */
  readonly crashProbability: number;
}

/** The runs of one process: after a crash the next run begins with what the store has. */
export class Restarts {
  readonly #parts: RestartsParts;
  readonly #errors = new WeakSet<object>();
  #engine: Engine | undefined;
  #starting: Promise<void> | undefined;
  #kill: ((error: StateFunError) => void) | undefined;
  #isOver = false;
  #failure: StateFunError | undefined;

  constructor(parts: RestartsParts) {
    this.#parts = parts;
  }

  /** The engine of the present run. */
  async engine(): Promise<Engine> {
    // The code that has just died has left the stack when the next run begins.
    await undefined;
    while (this.#engine === undefined && !this.#isOver) await this.start();
    return this.current();
  }

  current(): Engine {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#engine !== undefined) return this.#engine;
    throw new StateFunError(
      "unavailable",
      "the simulated process has crashed and is restarting: try again",
    );
  }

  /** The same, or undefined between two runs. */
  get running(): Engine | undefined {
    return this.#engine;
  }

  /** Whether an error only says that a run ended, not what happened to a message. */
  isCrash(error: unknown): boolean {
    return typeof error === "object" && error !== null && this.#errors.has(error);
  }

  /** The result from a run that has not ended before it: what was cut off is begun again in the next run. */
  async survived<T>(attempt: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.engine();
      try {
        return await attempt();
      } catch (error) {
        if (!this.isCrash(error)) throw error;
      }
    }
  }

  /** At a boundary: may end the present run. */
  readonly crashPoint = (where: string): boolean => {
    const { crashProbability, host } = this.#parts;
    if (crashProbability === 0 || this.#kill === undefined) return false;
    if (host.random() >= crashProbability) return false;
    this.die(where);
    return true;
  };

  /** Ends the present run without another one. */
  fail(error: StateFunError): void {
    this.#failure ??= error;
    this.#isOver = true;
    this.#kill?.(error);
  }

  die(where: string): void {
    const kill = this.#kill;
    if (kill === undefined) return;
    this.#kill = undefined;
    this.#engine = undefined;
    const error = new StateFunError("unavailable", `the process died ${where}`);
    this.#errors.add(error);
    kill(error);
  }

  /** Begins the first run, and every one that is needed after it. */
  start(): Promise<void> {
    this.#starting ??= this.#live().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  /** There is no run after this one. */
  async end(drainMs: number): Promise<void> {
    if (this.#failure !== undefined) return;
    const engine = await this.engine();
    this.#isOver = true;
    this.#kill = undefined;
    await engine.close(drainMs);
  }

  async #live(): Promise<void> {
    const { application, options, host, store } = this.#parts;
    while (this.#engine === undefined && !this.#isOver) {
      const inner = engineStoreOf(store);
      try {
        const dying = withCrashPoints(inner, this.crashPoint);
        const engine = await startEngine(application, options, {
          ...host,
          store: dying,
          onOpen: (kill) => {
            this.#kill = (error) => {
              kill(error);
              inner.close();
              // Not at once: the code that died is still on the stack.
              if (!this.#isOver) queueMicrotask(() => void this.start());
            };
          },
        });
        if (this.#kill !== undefined) this.#engine = engine;
      } catch (error) {
        if (!this.isCrash(error) && this.#kill !== undefined) throw error;
      }
    }
  }
}
