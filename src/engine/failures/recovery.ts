import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { Instance } from "../mailboxes/instance.ts";

/** Messages of a restart that run at the same time: each of them is a suspect if the process dies. */
const maxRecovering = 64;
/** After a crash, how long at least a message is stored before it runs. */
const carefulMs = 60_000;
/** … and at most: a wrong clock in one of the two runs must not extend it to years. */
const longestCareMs = 86_400_000;
/** How long a suspect has the engine for itself: a message that kills the process rarely takes long to do so. */
const quarantineMs = 5_000;

/**
 * Runs what a restart found so that a message which kills the process is identified (the rules are in the README):
 * each alone, its attempt committed before it begins; suspects first, one at a time and with nothing beside them.
 */
export class Recovery {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #wake: (actor: Instance) => void;
  readonly #carefulUntil: number;
  /** Those that hold a place, and whether it survives a crash already that they do. */
  readonly #admitted = new Map<PendingMessage, boolean>();
  /** Waiting for a place, in order of arrival. */
  readonly #suspects = new Set<Instance>();
  readonly #others = new Set<Instance>();
  /** Suspects that still have to run, the one that does included. */
  readonly #open = new Set<PendingMessage>();
  readonly #waiting: (() => void)[] = [];
  #cancelQuarantine: (() => void) | undefined;

  constructor(
    journal: Journal,
    clock: Clock,
    carefulSince: number | undefined,
    wake: (actor: Instance) => void,
  ) {
    this.#journal = journal;
    this.#clock = clock;
    this.#wake = wake;
    const now = journal.now();
    // A sender that repeats a deadly message every hour is met by as long a care.
    const life = carefulSince === undefined ? 0 : 2 * (now - carefulSince);
    this.#carefulUntil =
      carefulSince === undefined
        ? Number.NEGATIVE_INFINITY
        : now + Math.min(longestCareMs, Math.max(carefulMs, life));
  }

  /** Whether a message is stored before it runs, whatever its sender. */
  get isCareful(): boolean {
    return this.#journal.now() < this.#carefulUntil;
  }

  /** While suspects are left nothing else begins: no step, no delivery. */
  get isQuarantined(): boolean {
    return this.#open.size > 0;
  }

  /** A suspect that the restart found, and that can run. */
  suspect(mail: PendingMessage): void {
    this.#open.add(mail);
  }

  /** Whether the head of this mailbox may run now; if not, the actor is woken when it may. */
  admits(actor: Instance, mail: PendingMessage): boolean {
    const isCommitted = this.#admitted.get(mail);
    if (isCommitted !== undefined) return isCommitted;
    const isSuspect = this.#open.has(mail);
    // A suspect that has had its time for itself and runs on holds no place of the others.
    const held = this.#open.size > 0 ? this.#openAdmitted() : this.#admitted.size;
    const places = this.#open.size > 0 ? Number(isSuspect) : maxRecovering;
    if (held >= places) {
      (isSuspect ? this.#suspects : this.#others).add(actor);
      return false;
    }
    this.#admitted.set(mail, false);
    mail.crashes++;
    this.#journal.window.countAttempt(mail);
    this.#journal.touch();
    this.#journal.release((error) => {
      if (error !== undefined || !this.#admitted.has(mail)) return;
      this.#admitted.set(mail, true);
      if (isSuspect) {
        this.#cancelQuarantine = this.#clock.after(quarantineMs, () => this.#release(mail));
      }
      this.#wake(actor);
    });
    return false;
  }

  /** A run has ended, one way or another, and the process is alive. */
  ended(mail: PendingMessage): void {
    if (!this.#admitted.has(mail)) return;
    mail.crashes = 0;
    this.#journal.window.countAttempt(mail);
    // Until its end is stored nothing may kill the process in its name.
    this.#journal.window.steps = Number.POSITIVE_INFINITY;
    this.#journal.touch();
    this.#leave(mail);
  }

  /** The engine stops in good order: what still runs is not suspected for it. */
  pardon(): void {
    this.#cancelQuarantine?.();
    for (const mail of this.#admitted.keys()) {
      mail.crashes = 0;
      this.#journal.window.countAttempt(mail);
    }
  }

  /** Runs once no suspect is left. */
  afterQuarantine(run: () => void): void {
    if (this.isQuarantined) this.#waiting.push(run);
    else run();
  }

  /** Gives free places to waiting steps. */
  #leave(mail: PendingMessage): void {
    this.#admitted.delete(mail);
    this.#release(mail);
  }

  /** It has ended, or has had the engine for itself for long enough. */
  #release(mail: PendingMessage): void {
    const isSuspect = this.#open.delete(mail);
    if (isSuspect) this.#cancelQuarantine?.();
    if (this.#open.size > 0) this.#wakeSome(this.#suspects, 1);
    else {
      for (const run of this.#waiting.splice(0)) this.#journal.guard(run);
      // Everybody waits for the last suspect, those too that need no place.
      const places = maxRecovering - this.#admitted.size;
      this.#wakeSome(this.#others, isSuspect ? this.#others.size : places);
    }
  }

  /** Suspects that run for themselves: none or one. */
  #openAdmitted(): number {
    let count = 0;
    for (const mail of this.#open) if (this.#admitted.has(mail)) count++;
    return count;
  }

  #wakeSome(actors: Set<Instance>, count: number): void {
    let left = count;
    for (const actor of actors) {
      if (left-- <= 0) break;
      actors.delete(actor);
      this.#wake(actor);
    }
  }
}
