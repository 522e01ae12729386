import { show } from "../internal/assert.ts";
import { isNonRetryable, StateFunError } from "../internal/errors.ts";
import type { Invocation, InvocationBatch } from "../model/invocation.ts";
import type { Failed, InvocationOutcome } from "../model/outcome.ts";
import { acceptedValue } from "../sdk/accepted-value.ts";
import { BatchScope, type EffectRules } from "../sdk/batch-scope.ts";
import type { BoundFunction, FunctionTable } from "../sdk/bound-function.ts";
import type { SendDeadLetter } from "../sdk/dead-letter.ts";
import { InvocationContext } from "../sdk/invocation-context.ts";
import { type Clock, Deadline } from "./deadline.ts";
import { missingStates, undeclaredState } from "./missing-states.ts";

/** Everything that an execution depends on. Complete: nothing is optional below the options. */
export interface ExecuteOptions extends EffectRules {
  /** For the whole batch. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly env: unknown;
  /** Where a message goes that cannot ever succeed; without it such a message fails the batch. */
  readonly deadLetter: SendDeadLetter | undefined;
  /** Whether a failure hands out the effects of the invocations before it. */
  readonly keepPrefix: boolean;
  /** Told of each message that became a dead letter. */
  readonly onDeadLetter: (error: unknown, invocation: Invocation) => void;
}

/**
 * The one pure step everything rests on: runs the messages of a batch one after another on the state that
 * came with it, and says what they did. Never rejects for what user code does. Nothing has happened until
 * the caller commits the outcome; the same batch may be executed again.
 */
export async function execute(
  functions: FunctionTable,
  batch: InvocationBatch,
  options: ExecuteOptions,
): Promise<InvocationOutcome | Failed> {
  const fn = functions.get(batch.target.typename);
  if (fn === undefined) {
    const error = new StateFunError(
      "unknown_function",
      `no function ${show(batch.target.typename)}; there are ${[...functions.keys()].join(", ")}`,
    );
    return { kind: "failed", index: -1, error, completed: undefined };
  }
  const missing = missingStates(fn, batch.state);
  if (missing.length > 0) {
    if (options.features.missingState) return { kind: "incomplete", missing };
    const error = undeclaredState(fn, missing);
    return { kind: "failed", index: -1, error, completed: undefined };
  }
  const deadline = new Deadline(options.clock, options.timeoutMs);
  try {
    return await runBatch(fn, batch, options, deadline);
  } finally {
    deadline.stop();
  }
}

async function runBatch(
  fn: BoundFunction,
  batch: InvocationBatch,
  options: ExecuteOptions,
  deadline: Deadline,
): Promise<InvocationOutcome | Failed> {
  const { clock, deadLetter, keepPrefix } = options;
  const scope = new BatchScope(fn, batch, options, () => clock.now());
  const host = { env: options.env, signal: () => deadline.signal, now: () => clock.now() };
  // Settling after each invocation costs an encoding of what may have changed in place.
  const isStepwise = keepPrefix || deadLetter !== undefined;
  const last = batch.invocations.length - 1;
  for (const [index, invocation] of batch.invocations.entries()) {
    const mark = scope.effects.mark();
    const context = new InvocationContext(scope, invocation, host);
    try {
      const result = call(fn, context, invocation);
      if (result !== undefined) {
        assertNothing(fn, isThenable(result) ? await deadline.race(result) : result);
      }
      InvocationContext.seal(context);
      if (isStepwise || index === last) scope.settle();
    } catch (error) {
      InvocationContext.seal(context);
      scope.effects.rollback(mark);
      scope.discard();
      if (deadLetter === undefined || !isDead(error)) {
        const completed = keepPrefix ? scope.completed() : undefined;
        return { kind: "failed", index, error, completed };
      }
      try {
        deadLetter(scope, invocation, error);
      } catch (cause) {
        return { kind: "failed", index, error: cause, completed: undefined };
      }
      options.onDeadLetter(error, invocation);
    }
  }
  return scope.completed();
}

function call(fn: BoundFunction, context: InvocationContext, invocation: Invocation): unknown {
  const message = acceptedValue(fn.typename, fn.accepts, invocation.argument);
  // The handler was bound with the types that `accepts` and `state` of this very function say.
  return fn.handler(context as never, message as never);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof Object(value).then === "function";
}

/** A returned value would be lost without a word. */
function assertNothing(fn: BoundFunction, value: unknown): void {
  if (value === undefined) return;
  throw new StateFunError(
    "returned_value",
    `the handler of ${fn.typename} returned ${show(value)}: answer with context.reply, or use a block body`,
  );
}

/** Whether a retry cannot help the message: the handler said so, or nothing can read it. */
function isDead(error: unknown): boolean {
  return (
    isNonRetryable(error) ||
    (error instanceof StateFunError && error.code === "message_undecodable")
  );
}
