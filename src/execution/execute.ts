import { isNonRetryable, StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import type { Invocation, InvocationBatch } from "../model/invocation.ts";
import type { Completed, Failed, InvocationOutcome } from "../model/outcome.ts";
import { acceptedValue } from "../sdk/accepted-value.ts";
import { BatchScope, type EffectRules } from "../sdk/batch-scope.ts";
import type { BoundFunction, FunctionTable } from "../sdk/bound-function.ts";
import type { SendDeadLetter } from "../sdk/dead-letter.ts";
import { failedMessageTypename } from "../sdk/failed-message.ts";
import { InvocationContext } from "../sdk/invocation-context.ts";
import { BatchHost, type Clock } from "./batch-host.ts";
import { missingStates, undeclaredState } from "./missing-states.ts";

/** Everything that an execution depends on. Complete: nothing is optional below the options. */
export interface ExecuteOptions extends EffectRules {
  /** For the whole batch. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Where a message goes that cannot ever succeed; without it such a message fails the batch. */
  readonly deadLetter: SendDeadLetter | undefined;
  /** Whether a failure hands out the effects of the invocations before it. */
  readonly keepPrefix: boolean;
  /** Told of each message that becomes a dead letter, and why, before it does. */
  readonly onDeadLetter: (error: unknown, batch: InvocationBatch, invocation: Invocation) => void;
}

/**
 * The one pure step everything rests on: runs the messages of a batch one after another on the state that
 * came with it, and says what they did. Never rejects for what user code does. Nothing has happened until
 * the caller commits the outcome; the same batch may be executed again. `env` is what the platform gave.
 */
export async function execute(
  functions: FunctionTable,
  batch: InvocationBatch,
  options: ExecuteOptions,
  env: unknown,
): Promise<InvocationOutcome | Failed> {
  const { typename } = batch.target;
  const fn = functions.get(typename);
  if (fn === undefined) {
    return failed(
      -1,
      new StateFunError("unknown_function", `no function ${show(typename)} is bound`),
    );
  }
  const missing = missingStates(fn, batch.state);
  if (missing.length > 0) {
    if (options.features.missingState) return { kind: "incomplete", missing };
    return failed(-1, undeclaredState(fn, missing));
  }
  const host = new BatchHost(env, options.clock, options.timeoutMs);
  const outcome = await runBatch(fn, batch, options, host);
  host.stop();
  return outcome;
}

async function runBatch(
  fn: BoundFunction,
  batch: InvocationBatch,
  options: ExecuteOptions,
  host: BatchHost,
): Promise<InvocationOutcome | Failed> {
  const { deadLetter, keepPrefix } = options;
  const scope = new BatchScope(fn, batch, options);
  let index = -1;
  for (const invocation of batch.invocations) {
    index++;
    scope.save();
    const context = new InvocationContext(scope, invocation, host);
    try {
      if (index > 0) host.assertTimeLeft();
      const message = acceptedValue(fn.typename, fn.accepts, invocation.argument);
      // The handler was bound with the types that `accepts` and `state` of this very function say.
      const result = fn.handler(context as never, message as never);
      if (result !== undefined) await assertNothing(fn, result, host);
      InvocationContext.seal(context);
      // Settling each invocation by itself costs an encoding of what may have changed in place.
      const isLast = index === batch.invocations.length - 1;
      if (keepPrefix || deadLetter !== undefined || isLast) scope.settle();
    } catch (error) {
      InvocationContext.seal(context);
      scope.rollback();
      try {
        // None of a dead letter: a target that cannot handle one would be sent a longer one for ever.
        const isLetter = invocation.argument.typename === failedMessageTypename;
        if (deadLetter === undefined || isLetter || !isDead(error)) throw error;
        options.onDeadLetter(error, batch, invocation);
        deadLetter(new InvocationContext(scope, invocation, host), invocation, error);
      } catch (cause) {
        return failed(index, cause, keepPrefix && scope.completed());
      }
    }
  }
  return scope.completed();
}

function failed(index: number, error: unknown, completed: Completed | false = false): Failed {
  return { kind: "failed", index, error, completed: completed || undefined };
}

/** Waits for a promise, of whatever make. A returned value would be lost without a word. */
async function assertNothing(fn: BoundFunction, result: unknown, host: BatchHost): Promise<void> {
  const isThenable = typeof Object(result).then === "function";
  const value = isThenable ? await host.race(result) : result;
  if (value === undefined) return;
  throw new StateFunError(
    "returned_value",
    `${fn.typename} returned ${show(value)}: answer with context.reply, or use a block body`,
  );
}

/** Whether a retry cannot help the message: the handler said so, or nothing can read it. */
function isDead(error: unknown): boolean {
  const code = error instanceof StateFunError && error.code;
  return code === "message_undecodable" || isNonRetryable(error);
}
