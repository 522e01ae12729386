import type { Engine } from "../engine/contract/engine.ts";
import { StateFunError, type StateFunErrorCode } from "../internal/errors.ts";
import { failsFlinkJob } from "../model/failures.ts";

/**
 * What would fail a Flink job, where this engine would go on: a cluster has neither dead letters nor parked
 * functions, and its tokens belong to an id, whatever the function (facts of the runtime, StateFun 3.3).
 */
export class FlinkRules {
  #broken: StateFunError | undefined;

  /** Hears of every failure. */
  failed(error: unknown): void {
    if (failsFlinkJob(error)) this.#break(error.code, error.message);
  }

  /** Throws for what happened so far. */
  assertKept(engine: Engine): void {
    const [letter] = engine.deadLetters(0, 1);
    if (letter !== undefined) {
      const { code, reason, target } = letter;
      this.#break(known(code), `a message to ${target.typename} can never be handled: ${reason}`);
    }
    const [parked] = engine.health().parkedFunctions;
    if (parked !== undefined) {
      this.#break("unknown_function", `nothing provides ${parked.typename}`);
    }
    if (this.#broken !== undefined) throw this.#broken;
  }

  #break(code: StateFunErrorCode, reason: string): void {
    this.#broken ??= new StateFunError(code, `rules "flink": a Flink job would fail: ${reason}`);
  }
}

function known(code: string): StateFunErrorCode {
  return code === "failed" ? "non_retryable" : (code as StateFunErrorCode);
}
