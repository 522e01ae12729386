import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { Instance } from "../mailboxes/instance.ts";

/** How long nothing else has run when a suspect is blamed again: steps that come and go do not each cost a change. */
const aloneMs = 100;

/**
 * Whether the suspect that runs is blamed if the process dies: from its start until something else starts beside it, for
 * 100 ms if something else ran already, and again while it runs alone. So a slow message is not given up for what others
 * did.
 */
export class Blame {
  readonly #journal: Journal;
  readonly #clock: Clock;
  readonly #wake: (instance: Instance) => void;
  #isLasting: boolean;
  readonly #neverBlamesAgain: boolean;
  /** What runs in this process, that of the suspect included: steps, and deliveries. */
  running = 0;
  #suspect: PendingMessage | undefined;
  #instance: Instance | undefined;
  /** `dropping`: it is no longer blamed, as soon as the window that says so survives a crash. */
  #state: "blamed" | "dropping" | "dropped" = "dropped";
  /** Who starts when the suspect is not blamed any longer, and how to start it. */
  readonly #waiting = new Map<object, () => void>();
  #cancel: (() => void) | undefined;

  /**
   * @param isLasting blames a suspect whatever runs beside it: some runs of the process have to, or a message that kills the
   *   process late would never be found where something else runs all the time
   * @param neverBlamesAgain does not blame it again once it is no longer blamed: it has let others have their turn, and the platform may end
   *   the process at any time
   */
  constructor(
    journal: Journal,
    clock: Clock,
    {
      isLasting,
      neverBlamesAgain,
    }: { readonly isLasting: boolean; readonly neverBlamesAgain: boolean },
    wake: (instance: Instance) => void,
  ) {
    this.#neverBlamesAgain = neverBlamesAgain;
    this.#journal = journal;
    this.#clock = clock;
    this.#isLasting = isLasting;
    this.#wake = wake;
  }

  get isLasting(): boolean {
    return this.#isLasting;
  }

  /** From now on whatever is suspected is blamed: the process took more than it may. */
  accuse(): void {
    this.#isLasting = true;
    this.#wakeAll();
  }

  /** The suspect has let others have their turn, and is no longer blamed. */
  acquit(suspect: PendingMessage): void {
    if (suspect !== this.#suspect) return;
    this.#state = "dropped";
    this.#wakeAll();
  }

  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  /** A suspect runs from now on. It is stored already that it is blamed. */
  begin(suspect: PendingMessage, instance: Instance): void {
    this.#suspect = suspect;
    this.#instance = instance;
    this.#state = "blamed";
    // What runs already may end the process too, only not at this very moment.
    if (this.running > 0 && !this.#isLasting) this.#lookSoon();
  }

  /** The suspect has ended, or is none any longer. */
  end(): void {
    this.#suspect = this.#instance = undefined;
    this.#cancel?.();
    this.#wakeAll();
  }

  /** Whether a step of another instance may start; if not, the instance is woken when it may. */
  allows(instance: Instance): boolean {
    if (this.#isFree) {
      this.#cancel?.();
      return true;
    }
    this.#await(instance, () => this.#wake(instance));
    return false;
  }

  /** Runs something else that may end the process, when the suspect is not blamed any longer. */
  async beside<T>(run: () => Promise<T>): Promise<T> {
    if (!this.#isFree) await new Promise<void>((resolve) => this.#await({}, resolve));
    this.running++;
    try {
      return await run();
    } finally {
      this.running--;
      this.ended();
    }
  }

  /** Something that ran has ended. */
  ended(): void {
    if (this.#isAlone && this.#state === "dropped") this.#lookSoon();
  }

  /** Nobody would be blamed for what starts now, or somebody is whatever starts. */
  get #isFree(): boolean {
    return this.#suspect === undefined || this.#isLasting || this.#state === "dropped";
  }

  /** Calls `go` when the suspect is not blamed any longer. */
  #await(who: object, go: () => void): void {
    this.#waiting.set(who, go);
    if (this.#state === "blamed" && this.#suspect !== undefined) this.#drop(this.#suspect);
  }

  /** There is a suspect, and nothing runs beside it. */
  get #isAlone(): boolean {
    return this.#instance !== undefined && this.running <= Number(this.#instance.isRunning);
  }

  #drop(suspect: PendingMessage): void {
    this.#state = "dropping";
    this.#count(suspect, -1);
    this.#journal.release((error) => {
      if (error !== undefined || this.#suspect !== suspect) return;
      this.#state = "dropped";
      this.#wakeAll();
      // Who was woken may have nothing to do any more.
      this.#lookSoon();
    });
  }

  /** The suspect is blamed after a while if it is alone then, and is not if it is not. */
  #lookSoon(): void {
    if (this.#neverBlamesAgain) return;
    this.#cancel?.();
    this.#cancel = this.#clock.after(aloneMs, () => {
      const suspect = this.#suspect;
      if (suspect === undefined) return;
      if (this.#state === "blamed" && !this.#isAlone) this.#drop(suspect);
      else if (this.#state === "dropped" && this.#isAlone) {
        this.#state = "blamed";
        this.#count(suspect, 1);
      }
    });
  }

  #count(suspect: PendingMessage, change: 1 | -1): void {
    suspect.crashes += change;
    this.#journal.window.saveCounts(suspect);
    this.#journal.touch();
  }

  #wakeAll(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
