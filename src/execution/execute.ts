import { StateFunError } from "../internal/errors.ts";
import { show } from "../internal/show.ts";
import { isHopeless } from "../model/hopeless.ts";
import type { Invocation, StepBatch } from "../model/invocation.ts";
import type { EngineKind } from "../model/observer.ts";
import type { Completed, Failed, InvocationOutcome } from "../model/outcome.ts";
import type { WatchedObserver } from "../model/watch.ts";
import { acceptedValue } from "../sdk/addressing/accepted-value.ts";
import { BatchScope, type EffectRules } from "../sdk/invocation/batch-scope.ts";
import type { BoundFunction, FunctionTable } from "../sdk/invocation/bound-function.ts";
import type { SendDeadLetter } from "../sdk/invocation/dead-letter.ts";
import { failedMessageTypename } from "../sdk/invocation/failed-message.ts";
import { InvocationContext } from "../sdk/invocation/invocation-context.ts";
import { BatchHost, type BatchOptions } from "./batch-host.ts";
import { missingStates, undeclaredState } from "./missing-states.ts";

/** Everything that an execution depends on. Complete: nothing is optional below the options. */
export interface ExecuteOptions extends EffectRules, BatchOptions {
  /** What runs the functions, as `observer` sees it. */
  readonly engine: EngineKind;
  /** The first part of the id of each message. @default messages have no ids */
  readonly identity?: string;
  /** Guarded: throws nothing. */
  readonly observer: WatchedObserver | undefined;
  /** Where a message goes that cannot ever succeed; without it such a message fails the batch. */
  readonly deadLetter: SendDeadLetter | undefined;
  /** Called for each message that becomes a dead letter, and why, before it does. */
  readonly onDeadLetter: (error: unknown, batch: StepBatch, invocation: Invocation) => void;
}

/**
 * The one pure step everything rests on: runs the messages of a batch one after another on the state that
 * came with it, and says what they did. Never rejects for what user code does. Nothing has happened until
 * the caller commits the outcome; the same batch may be executed again. `env` is what the platform gave.
 * Gives the outcome itself, not a promise, where no handler had to be waited for: an engine runs many of those.
 */
export function execute(
  functions: FunctionTable,
  batch: StepBatch,
  options: ExecuteOptions,
  env: unknown,
): Outcome | Promise<Outcome> {
  const { typename } = batch.target;
  const fn = functions.get(typename);
  if (fn === undefined) {
    return failed(
      -1,
      new StateFunError("unknown_function", `no function ${show(typename)} is bound`),
    );
  }
  const missing = missingStates(fn, batch.state, options);
  if (missing !== undefined) {
    if (options.features.missingState) return { kind: "incomplete", missing };
    return failed(-1, undeclaredState(fn, missing));
  }
  const run = new Run(fn, batch, options, env);
  return fn.openBatch ? run.open(fn.openBatch(fn, batch)) : run.from(0);
}

export type Outcome = InvocationOutcome | Failed;

/** One execution of a batch. */
class Run extends BatchHost {
  readonly #options: ExecuteOptions;
  #scope: BatchScope;

  constructor(fn: BoundFunction, batch: StepBatch, options: ExecuteOptions, env: unknown) {
    super(env, options, batch.startedAt);
    this.#options = options;
    this.#scope = new BatchScope(fn, batch, options);
  }

  /** What is encrypted is read before the first handler, within the time of the batch. */
  async open(opening: Promise<StepBatch>): Promise<Outcome> {
    try {
      // It gives such a batch, in time.
      const batch = (await this.race(opening)) as StepBatch;
      this.#scope = new BatchScope(this.#scope.fn, batch, this.#options);
    } catch (error) {
      this.stop();
      return failed(-1, lateKey(error));
    }
    return this.from(0);
  }

  /** Runs the messages from this one on: at once as far as no handler waits. */
  from(first: number): Outcome | Promise<Outcome> {
    const { invocations } = this.#scope.batch;
    for (let index = first; index < invocations.length; index++) {
      // The index is one of the list.
      const ended = this.#one(index, invocations[index] as Invocation);
      if (ended instanceof Promise) return this.#fromNext(ended, index);
      if (ended !== undefined) return ended;
    }
    return this.#end(this.#scope.completed(), (done) => done);
  }

  async #fromNext(ended: Promise<Failed | undefined>, index: number): Promise<Outcome> {
    return (await ended) ?? this.from(index + 1);
  }

  /** What a batch did is encrypted where it must be, within its time; else nothing of it was done. */
  #end<E extends Outcome>(
    completed: Completed,
    end: (completed: Completed) => E,
  ): E | Promise<E | Failed> {
    const { plain } = this.#scope;
    if (plain === undefined) {
      this.stop();
      return end(completed);
    }
    // Else the handlers have taken it.
    const { hasTimeLeft } = this;
    // It gives the same, encrypted.
    return (this.race(plain.sealedOutcome(completed)) as Promise<Completed>)
      .then(end, (error) => failed(-1, hasTimeLeft ? lateKey(error) : error))
      .finally(() => this.stop());
  }

  /** One message; gives the end of the batch where it is one. */
  #one(index: number, invocation: Invocation): Failed | undefined | Promise<Failed | undefined> {
    const { fn } = this.#scope;
    this.#scope.save();
    const context = new InvocationContext(this.#scope, invocation, this);
    // Until then what fails is the program or the time: that is not the message's fault.
    let isHandling = false;
    this.watch = undefined;
    try {
      if (index > 0) this.assertTimeLeft();
      const { observer } = this.#options;
      this.watch = observer?.watch?.(this.#scope.batch.target, [invocation], this.#options);
      const message = acceptedValue(fn.typename, fn.accepts, invocation.argument);
      isHandling = true;
      // The handler was bound with the types that `accepts` and `state` of this very function say.
      const result = this.watch
        ? this.watch.run(fn.handler.bind(fn, context as never, message as never))
        : fn.handler(context as never, message as never);
      if (result !== undefined) return this.#settleLater(result, index, invocation);
      return this.#settle();
    } catch (error) {
      return this.#fail(index, invocation, error, isHandling);
    }
  }

  /** As `#settle`, once what the handler has returned is there. */
  #settleLater(
    result: unknown,
    index: number,
    invocation: Invocation,
  ): Promise<Failed | undefined> {
    return assertNothing(this.#scope.fn, result, this)
      .then(() => this.#settle())
      .catch((error) => this.#fail(index, invocation, error, true));
  }

  #settle(): undefined {
    this.#scope.context = undefined;
    this.#scope.settle();
    this.watch?.ended("completed", undefined);
  }

  #fail(
    index: number,
    invocation: Invocation,
    error: unknown,
    isHandling: boolean,
  ): Failed | undefined | Promise<Failed> {
    this.#scope.context = undefined;
    this.#scope.rollback();
    const isDead = isHopeless(error, isHandling);
    const { deadLetter, keepPrefix, onDeadLetter } = this.#options;
    try {
      // None of a dead letter: a target that cannot handle one would be sent a longer one for ever.
      const isLetter = invocation.argument.typename === failedMessageTypename;
      if (deadLetter === undefined || isLetter || !isDead) throw error;
      onDeadLetter(error, this.#scope.batch, invocation);
      deadLetter(new InvocationContext(this.#scope, invocation, this), invocation, error);
      return undefined;
    } catch (cause) {
      const completed = keepPrefix ? this.#scope.completed() : undefined;
      if (completed !== undefined)
        return this.#end(completed, (done) => failed(index, cause, done));
      this.stop();
      return failed(index, cause);
    } finally {
      // After the dead letter, which belongs to it.
      this.watch?.ended("failed", error);
    }
  }
}

/** No message is at fault where a key takes all the time that its batch has. */
function lateKey(error: unknown): unknown {
  if (!(error instanceof StateFunError) || error.code !== "timed_out") return error;
  const text = `a key did not arrive: ${error.message}`;
  return new StateFunError("unavailable", text, { cause: error });
}

function failed(index: number, error: unknown, completed?: Completed): Failed {
  return { kind: "failed", index, error, completed };
}

/** Waits for a promise, of whatever make. A returned value would be lost without a word. */
async function assertNothing(fn: BoundFunction, result: unknown, host: BatchHost): Promise<void> {
  const value = await host.race(result);
  if (value === undefined) return;
  throw new StateFunError(
    "returned_value",
    `${fn.typename} returned ${show(value)}: answer with context.reply, or use a block body`,
  );
}
