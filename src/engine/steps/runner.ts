import type { Clock } from "../../model/clock.ts";
import type { Failed, InvocationOutcome } from "../../model/outcome.ts";
import type { CommitListener, Journal } from "../commit/journal.ts";
import type { BusyFunction } from "../contract/busy-function.ts";
import type { EngineFunction, Gate, Place } from "../contract/function-transport.ts";
import type { RecorderPlace } from "../contract/telemetry/recorder.ts";
import type { TurnBudget } from "../contract/turn-budget.ts";
import { type Failures, isRefusal } from "../failures/failures.ts";
import type { Recovery } from "../failures/recovery.ts";
import { atGate, type Instance } from "../mailboxes/instance.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Pauses } from "../mailboxes/pauses.ts";
import { Queue } from "../mailboxes/queue.ts";
import type { Hold } from "../holding/hold.ts";
import type { Effects } from "./effects.ts";
import { EventLoopTurns } from "./event-loop-turns.ts";
import { failedBefore, incomplete } from "./failed-steps.ts";
import { NextBatch } from "./next-batch.ts";
import { Shares } from "./shares.ts";
import type { Step } from "./step.ts";

/** Times in a row that a function may ask for states: an honest one asks for all of them once. */
const maxRounds = 8;

/** Starts steps, fairly and never two of one address, and applies what they did. */
export class Runner implements CommitListener {
  readonly #journal: Journal;
  readonly #mailboxes: Mailboxes;
  readonly #recovery: Recovery;
  readonly #effects: Effects;
  readonly #failures: Failures;
  readonly #onIdle: () => void;
  readonly #clock: Clock;
  readonly #batches: NextBatch;
  readonly #pauses: Pauses;
  readonly #hold: Hold;
  readonly #recording: RecorderPlace | undefined;
  readonly #ready = new Queue<Instance>();
  /** What is done to instances when the step that runs has ended, before the next one starts. */
  readonly #between = new Map<Instance, Set<() => void>>();
  readonly #shares = new Shares();
  readonly #turns: EventLoopTurns;
  /** Their heads must survive a crash before they run. */
  #unstored: Instance[] = [];
  #running = 0;
  /** By the monotonic clock, when a step starts. */
  #now = 0;
  /** The step that has ended just now, without having waited. What it took is known when the clock is read again. */
  #last: Step | undefined;
  #isPumping = false;
  #isClosing = false;
  readonly #pump: () => void;

  constructor(parts: {
    readonly journal: Journal;
    readonly mailboxes: Mailboxes;
    readonly recovery: Recovery;
    readonly effects: Effects;
    readonly failures: Failures;
    readonly onIdle: () => void;
    readonly clock: Clock;
    readonly defer: (run: () => void) => void;
    readonly soon: (run: () => void) => void;
    readonly budget: TurnBudget | undefined;
    readonly pauses: Pauses;
    readonly hold: Hold;
    readonly recording: RecorderPlace | undefined;
  }) {
    this.#pauses = parts.pauses;
    this.#hold = parts.hold;
    this.#recording = parts.recording;
    this.#journal = parts.journal;
    this.#mailboxes = parts.mailboxes;
    this.#recovery = parts.recovery;
    this.#effects = parts.effects;
    this.#failures = parts.failures;
    this.#onIdle = parts.onIdle;
    this.#clock = parts.clock;
    this.#turns = new EventLoopTurns(parts.defer);
    this.#batches = new NextBatch(parts.journal, parts.recovery, parts.budget);
    this.#pump = () => parts.soon(() => this.#startReady());
  }

  /** An actor may have something to do. */
  wake(actor: Instance): void {
    if (actor.isRunning || actor.isReady || actor.isHeld || actor.waiting !== undefined) return;
    if (actor.fn === undefined || actor.mailbox.length === 0 || this.#isClosing) return;
    actor.isReady = true;
    this.#ready.push(actor);
    this.#pumpSoon();
  }

  committed(): void {
    this.#pumpSoon();
  }

  released(): void {
    // Too many windows may have waited for the disk.
    this.#pumpSoon();
    const actors = this.#unstored;
    if (actors.length === 0) return;
    this.#unstored = [];
    for (const actor of actors) this.wake(actor);
  }

  /** Steps may start that could not before. */
  pump(): void {
    this.#pumpSoon();
  }

  /** No step is running, and none could be started. */
  get isIdle(): boolean {
    if (this.#running > 0) return false;
    if (this.#startsNone) return true;
    return this.#ready.length === 0 && this.#unstored.length === 0 && this.#recovery.isIdle;
  }

  get running(): number {
    return this.#running;
  }

  get #startsNone(): boolean {
    return this.#isClosing || this.#hold.isHeld;
  }

  /** Functions whose instances wait for others of the same function. */
  get busy(): readonly BusyFunction[] {
    return this.#shares.busy;
  }

  /** Instances that wait for others of their function. */
  get held(): Iterable<Instance> {
    return this.#shares.held();
  }

  /**
   * Calls `run` when the step of an instance that runs has ended, before the next one starts; or when the engine has
   * stopped. The result takes it back.
   */
  afterStep(actor: Instance, run: () => void): () => void {
    const all = this.#between.get(actor) ?? new Set();
    this.#between.set(actor, all);
    all.add(run);
    return () => void all.delete(run);
  }

  /** No step of it starts for now: others may have what it was given. */
  withdraw(actor: Instance): void {
    const { fn } = actor;
    if (fn === undefined || actor.isRunning) return;
    this.#recovery.withdraw(actor);
    this.#shares.withdraw(fn, actor);
    // One that is held for its share has its turn there later.
    if (fn.gate?.withdraw(actor) === true) actor.isHeld = false;
    // No step of it will end, and pass its place on.
    this.#passOn(fn);
  }

  /** Starts no further step. */
  close(): void {
    this.#isClosing = true;
  }

  /** No step that runs will have an effect. */
  stop(): void {
    this.close();
    for (const actor of this.#between.keys()) this.#runBetween(actor);
  }

  #pumpSoon(): void {
    if (this.#isPumping || this.#ready.length === 0) return;
    this.#isPumping = true;
    this.#pump();
  }

  #startReady(): void {
    this.#isPumping = false;
    for (;;) {
      this.#now = this.#clock.monotonic();
      if (this.#last !== undefined) this.#measure(this.#last, this.#now);
      this.#last = undefined;
      if (this.#startsNone || this.#journal.isFull(this.#now)) break;
      const actor = this.#ready.shift();
      if (actor === undefined) break;
      actor.isReady = false;
      this.#start(actor);
      if (!actor.isRunning) this.#passOn(actor.fn);
    }
    // A ready step may have found its gate closed.
    if (this.isIdle) this.#onIdle();
    // What could not start goes on after the next commit; there is one even if all that started waits.
    if (this.#ready.length === 0 || this.#startsNone || this.#journal.window.steps === 0) return;
    if (this.#journal.isFull(this.#now)) this.#journal.hurry();
  }

  #start(actor: Instance): void {
    const { fn, mailbox } = actor;
    const head = mailbox.at(0);
    if (fn === undefined || head === undefined) return;
    if (this.#pauses.has(actor.address)) {
      this.withdraw(actor);
      return;
    }
    // First, as it takes a window: a place in the share, once it was given, stays its own meanwhile.
    if (!this.#recovery.admits(actor, fn, head) || !this.#shares.admits(fn, actor)) return;
    const mustBeStored = fn.isRemote || this.#recovery.isCareful;
    const batch = this.#batches.of(actor, head, fn, mustBeStored);
    if (batch === undefined) {
      this.#unstored.push(actor);
      // Nothing may be waiting for its window.
      this.#journal.hurry(true);
      return;
    }
    const place = fn.gate && this.#enter(fn.gate, actor);
    if (fn.gate !== undefined && place === undefined) return;
    actor.isRunning = true;
    this.#running++;
    if (!fn.isRemote) this.#recovery.started(batch);
    this.#journal.begin(fn, batch);
    const recorder = this.#recording?.recorder?.step(batch, fn.isRemote, this.#now);
    this.#run({
      fn,
      actor,
      batch,
      place,
      recorder,
      rounds: 0,
      isWaiting: false,
      startedAt: 0,
      turn: 0,
    });
  }

  /** A place at the gate of its endpoint; undefined where it waits for one. */
  #enter(gate: Gate, actor: Instance): Place | undefined {
    const place = gate.enter(actor, () => {
      actor.isHeld = false;
      this.wake(actor);
    });
    if (place !== undefined) return place;
    actor.isHeld = true;
    if (gate.isUp === false && actor.trouble === undefined) {
      this.#mailboxes.setTrouble(actor, atGate);
    }
    return undefined;
  }

  #run(step: Step): void {
    const { fn, actor, batch } = step;
    let outcome: ReturnType<EngineFunction["invoke"]>;
    step.startedAt = this.#now;
    try {
      const state = this.#effects.stateOf(actor);
      outcome = fn.invoke({
        target: actor.address,
        state,
        invocations: batch,
        startedAt: this.#now,
        marks: step.recorder,
      });
    } catch (error) {
      // The state cannot be read.
      outcome = failedBefore(error);
    }
    if (outcome instanceof Promise) {
      this.#wait(step, outcome);
      return;
    }
    if (step.rounds === 0) this.#last = step;
    this.#ended(step, outcome);
  }

  #wait(step: Step, outcome: Promise<InvocationOutcome | Failed>): void {
    step.turn = this.#turns.watch();
    if (!step.isWaiting) this.#shares.entered(step.fn);
    step.isWaiting = true;
    outcome.then(
      (result) => this.#settled(step, result),
      (error) => this.#settled(step, failedBefore(error)),
    );
  }

  #settled(step: Step, outcome: InvocationOutcome | Failed): void {
    // A handler that awaits what was there already has let nobody in.
    if (step.turn === this.#turns.current) this.#measure(step, this.#clock.monotonic());
    else this.#batches.limits.waited(step.fn);
    this.#ended(step, outcome);
  }

  /** The thread belonged to this step from its start until now. */
  #measure({ fn, batch, startedAt }: Step, now: number): void {
    this.#batches.limits.took(fn, batch.length, now - startedAt);
  }

  #ended(step: Step, outcome: InvocationOutcome | Failed): void {
    // Nothing is applied while the store refuses a window: it would be in no window.
    const opened = this.#journal.opened();
    if (opened !== undefined) {
      this.#endLater(step, outcome, opened);
      return;
    }
    if (this.#journal.isStopped) return;
    if (outcome.kind === "incomplete" && ++step.rounds < maxRounds) {
      // More of its states are known now: the same step goes on, with their values.
      this.#now = this.#clock.monotonic();
      this.#run(step);
      return;
    }
    const { actor, place } = step;
    this.#journal.ended(step.batch);
    this.#running--;
    actor.isRunning = false;
    place?.leave();
    if (step.isWaiting) this.#shares.left(step.fn);
    try {
      this.#apply(step, outcome);
    } catch (error) {
      // Half of a step must not be committed.
      this.#journal.fail(error);
    }
    this.#runBetween(actor);
    this.wake(actor);
    this.#passOn(step.fn);
    // A place may have become free for others.
    this.#pumpSoon();
    if (this.isIdle) this.#onIdle();
  }

  #endLater(step: Step, outcome: InvocationOutcome | Failed, opened: Promise<void>): void {
    void opened.then(() => this.#ended(step, outcome));
  }

  #runBetween(actor: Instance): void {
    if (this.#between.size === 0) return;
    const all = this.#between.get(actor);
    this.#between.delete(actor);
    for (const run of all ?? []) run();
  }

  /** A place in the share of a function may be free. */
  #passOn(fn: EngineFunction | undefined): void {
    // Two for one: a share that others had narrowed grows again.
    for (let left = 2; left > 0 && !this.#isClosing; ) {
      const held = fn && this.#shares.next(fn);
      if (held === undefined) return;
      this.wake(held);
      if (held.isReady) left--;
      // What it waited with is gone: its place is for the next one.
      else if (held.fn !== undefined) this.#shares.withdraw(held.fn, held);
    }
  }

  #apply(step: Step, outcome: InvocationOutcome | Failed): void {
    const { fn, actor, batch, recorder } = step;
    if (!fn.isRemote) this.#recovery.ended(batch);
    if (outcome.kind === "completed") {
      this.#consume(actor, batch.length);
      recorder?.ended(batch.length, undefined);
      this.#effects.apply(actor, outcome, recorder);
      actor.pauses = 0;
    } else {
      this.#failed(step, outcome);
    }
  }

  #failed(
    { actor, batch, recorder }: Step,
    outcome: Exclude<InvocationOutcome | Failed, { kind: "completed" }>,
  ): void {
    const failure = outcome.kind === "failed" ? outcome : failedBefore(incomplete(maxRounds));
    const done = failure.completed === undefined ? 0 : Math.max(failure.index, 0);
    const isLate = done > 0 && Object(failure.error).code === "timed_out";
    recorder?.ended(done, isLate ? undefined : failure);
    if (failure.completed !== undefined) {
      this.#consume(actor, done);
      this.#effects.apply(actor, failure.completed, recorder);
    }
    if (actor.fn?.isRemote !== true) this.#recovery.failed(actor, batch.slice(done));
    // The batch had no time left for it: this is not its failure, and it gets the full time next.
    if (isLate) return;
    if (batch.length > 1 && failure.completed === undefined) {
      // Running them one by one shows which message fails.
      if (!isRefusal(failure.error)) actor.singles = batch.length;
      this.#failures.pause(actor, failure.error);
      return;
    }
    this.#failures.failed(actor, failure.error);
  }

  #consume(actor: Instance, count: number): void {
    for (let index = 0; index < count; index++) this.#mailboxes.shift(actor);
  }
}
