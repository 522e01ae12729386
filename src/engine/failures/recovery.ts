import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { Blame } from "./blame.ts";
import { Lots } from "./lots.ts";

/** For at least this long after a crash, every message is stored before it runs. */
const carefulMs = 60_000;
/** … and at most: a wrong clock in one of the two runs must not extend it to years. */
const longestCareMs = 86_400_000;
/** How long, altogether, others wait for the suspects of a restart. */
const quarantineMs = 1_000;
/** What runs for less than this has not shown that it does not kill the process. */
const shortestProofMs = 250;
/** One run of the process in so many blames a suspect whatever runs beside it. */
const runsPerLastingBlame = 3;
/**
 * The same where the platform ends processes at will: each end in such a run is held against what ran. Of twenty ends during
 * one message, that makes a dead letter of it once in a thousand times.
 */
const runsPerLastingBlameWhereEnded = 9;

/**
 * Runs what a restart after a crash found so that a message which kills the process is found out while others hardly wait
 * (the rules are in the README): in lots that get smaller with each crash, until it is alone.
 */
export class Recovery {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #wake: (instance: Instance) => void;
  readonly #isPaused: (instance: Instance) => boolean;
  #carefulUntil: number;
  readonly #lots: Lots;
  readonly #blame: Blame;
  /** Ends the time that the suspects have for themselves; undefined when it is over. */
  #cancelQuarantine: (() => void) | undefined;
  /** Held by the quarantine, in order of arrival. */
  readonly #held = new Set<Instance>();
  readonly #afterwards: (() => void)[] = [];

  constructor(parts: {
    readonly journal: Journal;
    readonly clock: Clock;
    readonly random: () => number;
    /** When the run began that ended by a crash. */
    readonly carefulSince: number | undefined;
    /** Whether the process may end at any time: then only what points at a message is held against it. */
    readonly acquits: boolean;
    readonly defer: (run: () => void) => void;
    /** Whether a message may be suspected at all. */
    readonly suspects: boolean;
    readonly wake: (instance: Instance) => void;
    readonly isPaused: (instance: Instance) => boolean;
  }) {
    const { journal, clock, random, carefulSince, suspects, wake, acquits, defer } = parts;
    this.#journal = journal;
    this.#clock = clock;
    this.#wake = wake;
    this.#isPaused = parts.isPaused;
    const now = journal.now();
    // A sender that repeats a deadly message every hour is met by as long a care. And nothing has taken longer than that
    // run to kill it.
    const twiceTheRunMs =
      carefulSince === undefined ? 0 : Math.min(longestCareMs, 2 * (now - carefulSince));
    this.#carefulUntil =
      carefulSince === undefined
        ? Number.NEGATIVE_INFINITY
        : now + Math.max(carefulMs, twiceTheRunMs);
    const isLasting =
      random() < 1 / (acquits ? runsPerLastingBlameWhereEnded : runsPerLastingBlame);
    const blame = new Blame(journal, clock, { isLasting, neverBlamesAgain: acquits }, wake);
    this.#blame = blame;
    // After a clean end nothing is known of the run that found the suspects.
    const proofMs = carefulSince === undefined ? carefulMs : twiceTheRunMs;
    this.#lots = new Lots({
      journal,
      clock,
      suspects,
      isPaused: parts.isPaused,
      isQuarantined: () => this.#isQuarantined,
      proofMs: Math.max(shortestProofMs, proofMs),
      onSuspect: (suspect, instance) => blame.begin(suspect, instance),
      onSuspectLeft: () => blame.end(),
      onNoSuspects: () => this.#endQuarantine(),
      acquits: () => acquits && !blame.isLasting,
      onAcquitted: (mail) => blame.acquit(mail),
      defer,
      wake,
    });
  }

  /** Whether a message is stored before it runs, whatever its sender. */
  get isCareful(): boolean {
    if (this.#carefulUntil === Number.NEGATIVE_INFINITY) return false;
    if (this.#journal.now() < this.#carefulUntil) return true;
    // Engine time never goes back.
    this.#carefulUntil = Number.NEGATIVE_INFINITY;
    return false;
  }

  /** Somebody's request has ended with the process: what is repeated now is stored before it runs. */
  warn(): void {
    this.#carefulUntil = Math.max(this.#carefulUntil, this.#journal.now() + carefulMs);
  }

  /** The process has ended because it took more than it may: what runs is blamed if it ends again. */
  accuse(): void {
    this.#blame.accuse();
    this.#lots.accuse();
  }

  /** Nobody waits here for a place, or for its time. */
  get isIdle(): boolean {
    return this.#held.size === 0 && !this.#blame.isWaitedFor && this.#lots.isIdle;
  }

  /** Begins with what the restart found. For a moment its suspects have everything for themselves. */
  begin(instances: Iterable<Instance>): void {
    for (const instance of instances) {
      const { fn, mailbox } = instance;
      const head = mailbox.at(0);
      if (fn === undefined || fn.isRemote || head === undefined) continue;
      // It blocks nobody.
      if (this.#isPaused(instance)) continue;
      if (head.isRecovered) this.#lots.askForSuspect(instance, fn, head);
    }
    if (this.#lots.hasNoSuspects) return;
    this.#cancelQuarantine = this.#clock.after(quarantineMs, () => this.#endQuarantine());
  }

  /** Whether the head of a mailbox may run now. If not, its instance is woken when it may. */
  admits(instance: Instance, fn: EngineFunction, head: PendingMessage): boolean {
    if (head.isRecovered && !fn.isRemote) {
      if (!this.#lots.has(head)) {
        this.#lots.ask(instance, fn, head);
        return false;
      }
      return this.#lots.isRunningSuspect(head) || this.#blame.allows(instance);
    }
    // What runs elsewhere cannot end this process.
    if (!this.#isQuarantined) return fn.isRemote || this.#blame.allows(instance);
    this.#held.add(instance);
    return false;
  }

  /** Whether a message may run in one batch with the admitted head before it. */
  mayFollow(head: PendingMessage, mail: PendingMessage): boolean {
    if (!head.isRecovered || !mail.isRecovered) return head.isRecovered === mail.isRecovered;
    return this.#lots.has(mail) && !this.#lots.isRunningSuspect(head);
  }

  /** A step in this process has started. */
  started(batch: readonly PendingMessage[]): void {
    this.#blame.running++;
    if (!this.#lots.isEmpty) this.#lots.started(batch);
  }

  /** Runs something that is no step, and may end the process too. */
  beside<T>(run: () => Promise<T>): Promise<T> {
    return this.#blame.beside(run);
  }

  /** It has ended, one way or another, and the process is alive. */
  ended(batch: readonly PendingMessage[]): void {
    this.#blame.running--;
    if (this.#lots.isEmpty) return;
    for (const mail of batch) {
      const wasSuspect = this.#lots.isRunningSuspect(mail);
      this.#lots.ended(mail);
      if (!wasSuspect) continue;
      // Until its end is stored nothing may kill the process in its name.
      this.#journal.window.steps = Number.POSITIVE_INFINITY;
      this.#journal.touch();
    }
    this.#blame.ended();
  }

  /** What is left of a batch that has failed: it has not killed the process, and what is behind it waits for it. */
  failed({ mailbox }: Instance, left: readonly PendingMessage[]): void {
    if (left[0]?.isRecovered !== true) return;
    for (const mail of left) this.#journal.window.saveCounts(mail);
    for (let index = left.length; ; index++) {
      const mail = mailbox.at(index);
      if (mail === undefined || !this.#lots.takeBack(mail)) break;
      this.#journal.window.saveCounts(mail);
    }
    this.#journal.touch();
  }

  /** No step of it starts for now: its places are for others, and no crash is held against it. */
  withdraw({ mailbox }: Instance): void {
    for (let index = 0; !this.#lots.isEmpty; index++) {
      const mail = mailbox.at(index);
      if (mail === undefined || !this.#lots.takeBack(mail)) return;
      this.#journal.window.saveCounts(mail);
      this.#journal.touch();
    }
  }

  /** The engine stops in good order: what still runs is not suspected for it. */
  pardon(): void {
    this.stop();
    this.#lots.pardon();
  }

  stop(): void {
    this.#cancelQuarantine?.();
    this.#lots.stop();
    this.#blame.end();
  }

  /** Runs once others may run beside the suspects. */
  afterQuarantine(run: () => void): void {
    if (this.#isQuarantined) this.#afterwards.push(run);
    else run();
  }

  get #isQuarantined(): boolean {
    return this.#cancelQuarantine !== undefined;
  }

  #endQuarantine(): void {
    if (this.#cancelQuarantine === undefined) return;
    this.#cancelQuarantine();
    this.#cancelQuarantine = undefined;
    for (const run of this.#afterwards.splice(0)) this.#journal.guard(run);
    const held = [...this.#held];
    this.#held.clear();
    for (const instance of held) this.#wake(instance);
    this.#lots.fillSoon();
  }
}
