import type { StateFunError } from "../internal/errors.ts";
import { ownContext, runIn } from "../internal/own-context.ts";
import type { Clock } from "../model/clock.ts";
import type { WireAddress } from "../model/invocation.ts";
import { Journal } from "./commit/journal.ts";
import type { Commit } from "./commit/journal-options.ts";
import { WindowHold } from "./commit/window-hold.ts";
import type { FunctionTransport } from "./contract/function-transport.ts";
import { assertTokenSize } from "./contract/limits.ts";
import type { EngineOptions } from "./contract/options.ts";
import type { Opened } from "./contract/store.ts";
import { DirectoryReports } from "./directory/directory-reports.ts";
import type { DeliveryOptions } from "./egress/delivery.ts";
import { Egresses } from "./egress/egresses.ts";
import { DeadLetters, type Replayer } from "./failures/dead-letters.ts";
import { Failures } from "./failures/failures.ts";
import { Recovery } from "./failures/recovery.ts";
import { Ingress } from "./ingress/ingress.ts";
import { assertRoom } from "./ingress/room.ts";
import { Sources } from "./ingress/sources.ts";
import { Mailboxes } from "./mailboxes/mailboxes.ts";
import { Pauses } from "./mailboxes/pauses.ts";
import { Hold } from "./holding/hold.ts";
import { Parked } from "./parked.ts";
import { Calls } from "./routing/calls.ts";
import { LinksIn, type LinksInHost } from "./routing/links-in.ts";
import { LinksOut } from "./routing/links-out.ts";
import { OwedAnswers } from "./routing/owed-answers.ts";
import { Router } from "./routing/router.ts";
import { Effects } from "./steps/effects.ts";
import { Runner } from "./steps/runner.ts";
import { Timers } from "./timers.ts";
import { Ages } from "./views/ages.ts";

/** How long a change may wait for a window that nothing else needs: if it is lost, it is only done again. */
const soonMs = 20;
/** The same where each window is billed, and so is every moment that something is waited for. */
const rareMs = 100;
/** An engine that has rested for so long may go on with a store that was restored. */
const dayMs = 86_400_000;

/** The parts of an engine, made and connected once. What each one does is in its own file. */
export class Partition {
  readonly options: EngineOptions;
  readonly journal: Journal;
  readonly functions: FunctionTransport;
  readonly calls: Calls;
  readonly deadLetters: DeadLetters;
  readonly pauses: Pauses = new Pauses();
  readonly hold: Hold;
  readonly effects: Effects;
  readonly mailboxes: Mailboxes;
  readonly parked: Parked;
  /** Undefined for an engine that holds all addresses. */
  readonly linksOut: LinksOut | undefined;
  readonly linksIn: LinksIn | undefined;
  /** Undefined where an engine does not depend on alarms. */
  readonly owed: OwedAnswers | undefined;
  readonly directoryReports: DirectoryReports;
  readonly timers: Timers;
  readonly egresses: Egresses;
  readonly recovery: Recovery;
  readonly failures: Failures;
  readonly runner: Runner;
  readonly ingress: Ingress;
  readonly router: Router;
  readonly sources: Sources;
  readonly ages: Ages;

  /** Where dead letters go that are sent again. */
  readonly replayer: Replayer = {
    post: (caller, target, argument) => {
      this.owed?.startOwnWork();
      return this.router.post(caller, target, argument);
    },
    emit: (from, egress, argument, number) => {
      this.owed?.startOwnWork();
      this.egresses.emit(from, egress, argument, number);
    },
    assertRoom: () => assertRoom(this.mailboxes, this.options.maxPendingBytes),
  };
  readonly #waiting = new Map<() => void, () => boolean>();
  /** Resolves when the engine is closed, or with the error that stopped it before. */
  readonly ended: Promise<StateFunError | undefined>;
  end: (error: StateFunError | undefined) => void = () => {};
  /** The run before did not end in good order: any message that this one found may have ended it. */
  readonly isAfterCrash: boolean;
  /** What the start has found is on its way: not while the engine is held. */
  hasSettled = false;
  /** The time of the last window of an earlier run. */
  readonly lastTime: number;

  constructor(opened: Opened, options: EngineOptions, commit: Commit) {
    this.options = options;
    this.isAfterCrash = !opened.isClean;
    this.lastTime = opened.time;
    this.hold = new Hold(options.isPaused === true);
    const { hold } = this;
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    const { observer, kind: engine = "embedded" } = options;
    if (observer?.stopped !== undefined) {
      void this.ended.then((error) => observer.stopped?.({ engine, error }));
    }
    const onIdle = (): void => this.#check();
    const soon = ownContext();
    const { store, clock, defer, random, randomBytes, budget, mark = "" } = options;
    const onStop = (error: StateFunError): void => this.#stop(error);
    // What waits for its function, or for an operator, cannot have ended anything.
    const isResting = (): boolean =>
      options.isEvictable &&
      (hold.isHeld || this.mailboxes.pending === this.mailboxes.resting) &&
      this.runner.running === 0;
    const lazyMs = options.isEvictable ? rareMs : soonMs;
    const mayPostpone = (): boolean =>
      !this.ingress.isClosed && !this.recovery.isCareful && !hold.isHeld;
    const journalParts = {
      store,
      commit,
      clock,
      defer,
      budget,
      hold: options.isEvictable ? new WindowHold() : undefined,
      onHeld: () => this.runner.pump(),
      randomBytes,
      mark,
      lazyMs,
      isResting,
      isRepeatedBySenders: () =>
        this.owed?.isRepeatedBySenders === true || this.directoryReports.isOnlyLeft,
      mayPostpone,
      onStop,
      onError: (error: unknown) => options.onError(error, {}),
      onSettled: onIdle,
    };
    const journal = new Journal(opened, journalParts);
    this.journal = journal;
    this.ages = new Ages(journal);
    this.calls = new Calls(store, journal);
    const wake = this.#wake;
    const engineClock: Clock = {
      now: () => journal.now(),
      monotonic: () => clock.monotonic(),
      // Called on the clock itself: one that is an object of a class has the rest of it there.
      after: (delayMs, run) => clock.after(delayMs, run),
    };
    this.functions = options.functions({
      identity: journal.identity,
      clock: engineClock,
      random,
      isTokenPending: (owner, token) => {
        assertTokenSize(token);
        return this.timers.isPending(owner, token);
      },
      assertTarget: (target) => void this.router.partitionOf(target),
    });
    const parked = new Parked(journal, this.functions, options);
    this.parked = parked;
    const onParked = (address: WireAddress): void => parked.sent(address);
    const { pauses, functions } = this;
    this.mailboxes = new Mailboxes(store, journal, functions, wake, onParked, pauses);
    const isAlone = options.deliver === undefined;
    this.linksOut = isAlone ? undefined : new LinksOut(journal, options, onIdle);
    const { mailboxes, linksOut, calls } = this;
    this.router = new Router(options, journal, mailboxes, linksOut, calls, {
      keep: (from, egress, argument) => this.egresses.keep(from, egress, argument),
      bury: (letter) => this.deadLetters.keep(letter),
      refuse: (message, error) => {
        const { code, message: reason } = error;
        this.deadLetters.add(message, { code, reason, attempts: 0 });
        const { target: address, argument } = message;
        options.onError(error, { address, messageTypename: argument.typename });
      },
    });
    this.deadLetters = new DeadLetters(store, journal, calls, this.router, options);
    const isAtRest = (isNew: boolean): boolean =>
      mailboxes.pending === mailboxes.resting &&
      this.runner.running === 0 &&
      linksOut?.isWaiting(isNew) !== true &&
      this.egresses.isStoredDrained;
    this.owed =
      isAlone || !options.isEvictable
        ? undefined
        : new OwedAnswers({
            ...{ store: options.store, journal, clock, isAtRest },
            isParked: () => mailboxes.resting > 0,
          });
    const { owed } = this;
    this.directoryReports = new DirectoryReports({
      ...{ options, journal, links: linksOut, router: this.router },
      isRested: journal.now() - opened.time >= dayMs,
      isAtRest: () => mailboxes.pending === 0 && this.egresses.isStoredDrained,
      until: (condition) => this.until(condition),
    });
    const links: LinksInHost = {
      hasRoom: () => mailboxes.pendingBytes < options.maxPendingBytes,
      accuse: () => this.recovery.accuse(),
      directoryReports: this.directoryReports,
      owed,
      observed: options,
    };
    this.linksIn = isAlone ? undefined : new LinksIn(options.store, journal, this.router, links);
    const own = (): void => owed?.startOwnWork();
    this.timers = new Timers(store, journal, this.router, options, own, hold);
    const { deadLetters } = this;
    const beside: DeliveryOptions["beside"] = (run) => this.recovery.beside(() => runIn(soon, run));
    this.egresses = new Egresses(store, journal, deadLetters, this.router, options, beside, onIdle);
    const carefulSince = opened.isClean ? undefined : opened.openedAt;
    this.recovery = new Recovery({
      journal,
      clock,
      random,
      carefulSince,
      acquits: options.isEvictable,
      defer,
      suspects: options.maxCrashes < Number.POSITIVE_INFINITY,
      wake,
      isPaused: ({ address }) => pauses.has(address),
    });
    this.failures = new Failures(journal, mailboxes, this.deadLetters, options, wake);
    const { router, timers, egresses, recovery, failures } = this;
    const { traffic } = options;
    const effects = new Effects(journal, mailboxes, router, timers, egresses, parked, traffic);
    this.effects = effects;
    this.runner = new Runner({
      journal,
      mailboxes,
      recovery,
      effects,
      failures,
      onIdle,
      clock,
      defer,
      soon,
      budget,
      pauses,
      hold,
      recording: options.recording,
    });
    const inward = { journal, mailboxes, router, timers, calls, options, hold };
    this.ingress = new Ingress({ ...inward, onAccepted: own });
    const { ingress } = this;
    this.sources = new Sources({ store, journal, mailboxes, router, ingress, options, hold });
    const listeners = [this.ages, mailboxes, timers, egresses, linksOut, this.linksIn, this.runner];
    for (const part of listeners) if (part !== undefined) journal.listen(part);
    const { onWritten } = options;
    if (onWritten === undefined) return;
    journal.listen({
      released: ({ cells }) => {
        if (cells.size > 0) onWritten(cells.values());
      },
    });
  }

  /**
   * A caller says that its request ended with this process: what it repeats must be stored before it runs, in this life or in
   * the next one, which finds a window that says so. `isOutOfResources`: the process took more than it may.
   */
  async warn(isOutOfResources: boolean): Promise<void> {
    this.recovery.warn();
    if (isOutOfResources) this.recovery.accuse();
    this.journal.window.isWarning = true;
    this.journal.touch();
    await this.journal.flush();
  }

  /** Resolves when the condition holds. It is looked at whenever a part has nothing to do. */
  until(condition: () => boolean): Promise<void> {
    this.timers.look();
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.set(resolve, condition);
      // What is left may be an acknowledgement that nothing else hurries for. Where windows are billed it is not
      // hurried for here either.
      if (!this.options.isEvictable) this.journal.release(() => this.#check());
    });
  }

  #check(): void {
    this.owed?.look();
    for (const [resolve, condition] of this.#waiting) {
      if (!condition()) continue;
      this.#waiting.delete(resolve);
      resolve();
    }
  }

  readonly #wake = (actor: Parameters<Runner["wake"]>[0]): void => this.runner.wake(actor);

  #stop(error: StateFunError): void {
    if (this.journal.broken !== undefined) this.end(error);
    this.timers.stop();
    this.linksOut?.stop();
    this.owed?.stop(error);
    this.egresses.stop();
    this.runner.close();
    this.recovery.stop();
    // Nothing may keep the process alive for a try that never comes.
    for (const { waiting } of this.mailboxes) waiting?.();
    this.ingress.close();
    this.calls.stop(error);
    // Actions that wait for the end of a step find that the engine has stopped.
    this.runner.stop();
    // Remote functions are not awaited: there is nothing left to apply their outcome to.
    this.functions.close?.();
    this.#check();
  }
}
