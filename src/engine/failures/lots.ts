import type { Clock } from "../../model/clock.ts";
import type { Journal } from "../commit/journal.ts";
import type { PendingMessage } from "../commit/pending-message.ts";
import type { EngineFunction } from "../contract/function-transport.ts";
import type { Instance } from "../mailboxes/instance.ts";
import { byCrashes, type Lot, type Member, Pool } from "./pool.ts";

/** Recovered messages of one function that run at a time, as long as no crash may have been theirs. */
const manyPlaces = 1_000;
/** … of all functions, if one crash may have been theirs. */
const fewPlaces = 32;
/** From this number of crashes on a message is a suspect: no other recovered one runs with it. */
const suspectedFrom = 2;

/** What lots need of the recovery around them. */
interface LotsParts {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Whether crashes make a difference. */
  readonly suspects: boolean;
  /** An operator has stopped it: nothing of it gets a place. */
  readonly isPaused: (instance: Instance) => boolean;
  /** Nothing but suspects may get a place. */
  readonly isQuarantined: () => boolean;
  /** What has run for so long does not kill the process. */
  readonly proofMs: number;
  /** A suspect may run now. */
  readonly onSuspect: (suspect: PendingMessage, instance: Instance) => void;
  /** It has ended, or was cleared. */
  readonly onSuspectLeft: () => void;
  readonly onNoSuspects: () => void;
  /**
   * Where an end is no proof of guilt: whether a message that has let others have their turn is not blamed any longer. Asked
   * each time.
   */
  readonly acquits: () => boolean;
  readonly onAcquitted: (mail: PendingMessage) => void;
  readonly defer: (run: () => void) => void;
  readonly wake: (instance: Instance) => void;
}

/**
 * Gives places to recovered messages, many at a time: one window says of all of a lot that they run. A message that is in
 * a lot when the process dies gets one crash more, and a smaller lot the next time.
 */
export class Lots {
  readonly #parts: LotsParts;
  readonly #admitted = new Map<PendingMessage, Lot>();
  readonly #suspects = new Pool(1, byCrashes);
  readonly #few = new Pool(fewPlaces);
  readonly #many = new Map<EngineFunction, Pool>();
  #isFilling = false;
  #isClosed = false;

  constructor(parts: LotsParts) {
    this.#parts = parts;
  }

  /** No instance waits for a place. */
  get isIdle(): boolean {
    for (const { waiting } of this.#many.values()) if (waiting > 0) return false;
    return this.#suspects.waiting === 0 && this.#few.waiting === 0;
  }

  get isEmpty(): boolean {
    return this.#admitted.size === 0;
  }

  /** No suspect runs, or waits for its turn. */
  get hasNoSuspects(): boolean {
    return this.#suspects.taken === 0 && this.#suspects.waiting === 0;
  }

  /** Whether the message has a place, and that survives a crash. */
  has(mail: PendingMessage): boolean {
    return this.#admitted.get(mail)?.isStored === true;
  }

  isRunningSuspect(mail: PendingMessage): boolean {
    return this.#admitted.get(mail)?.pool === this.#suspects;
  }

  /** Asks for a place for the head of a mailbox. The instance is woken when it may use it. */
  ask(instance: Instance, fn: EngineFunction, head: PendingMessage): void {
    if (this.#admitted.has(head)) return;
    this.#poolOf(fn, head).add(instance);
    this.fillSoon();
  }

  /** The same for a suspect alone. */
  askForSuspect(instance: Instance, fn: EngineFunction, head: PendingMessage): void {
    if (this.#poolOf(fn, head) === this.#suspects) this.ask(instance, fn, head);
  }

  /** Gives places later in this turn, when all have asked. */
  fillSoon(): void {
    if (this.#isFilling || this.#isClosed) return;
    this.#isFilling = true;
    queueMicrotask(() => {
      this.#isFilling = false;
      if (!this.#isClosed) this.#parts.journal.guard(() => this.#fillAll());
    });
  }

  /** They run now. */
  started(batch: readonly PendingMessage[]): void {
    for (const mail of batch) {
      const member = this.#admitted.get(mail)?.members.get(mail);
      if (member !== undefined) member.isRunning = true;
    }
    const [first] = batch;
    // Those behind it have not run yet.
    if (first !== undefined && this.#parts.acquits()) this.#parts.defer(() => this.#acquit(first));
  }

  /** What was acquitted and still runs is blamed all the same. */
  accuse(): void {
    for (const { members } of new Set(this.#admitted.values())) {
      for (const [mail, { before, isRunning }] of members) {
        if (!isRunning || mail.crashes !== before) continue;
        mail.crashes = before + 1;
        this.#parts.journal.window.saveCounts(mail);
        this.#parts.journal.touch();
      }
    }
  }

  /** It still runs, and others have had their turn: if the process ends now, that is not its doing. */
  #acquit(mail: PendingMessage): void {
    const member = this.#admitted.get(mail)?.members.get(mail);
    if (member?.isRunning !== true || this.#isClosed || !this.#parts.acquits()) return;
    this.#parts.onAcquitted(mail);
    if (mail.crashes === member.before) return;
    mail.crashes = member.before;
    const { journal } = this.#parts;
    journal.window.saveCounts(mail);
    journal.window.isUrgent = true;
    journal.touchLazily();
  }

  /** Its run has ended, and the process is alive. */
  ended(mail: PendingMessage): void {
    this.#leave(mail, () => 0);
  }

  /** It does not run for now, and waits for another place. Says whether it had one. */
  takeBack(mail: PendingMessage): boolean {
    return this.#leave(mail, ({ before }) => before);
  }

  /** Nothing that runs is suspected for what happens from now on. */
  pardon(): void {
    for (const { members } of new Set(this.#admitted.values())) this.#release(members);
  }

  /** Nothing gets a place any more. */
  stop(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#admitted.values()) cancel();
  }

  #poolOf(fn: EngineFunction, mail: PendingMessage): Pool {
    const crashes = this.#parts.suspects ? mail.crashes : 0;
    if (crashes >= suspectedFrom) return this.#suspects;
    if (crashes > 0) return this.#few;
    const pool = this.#many.get(fn) ?? new Pool(manyPlaces);
    this.#many.set(fn, pool);
    return pool;
  }

  #fillAll(): void {
    this.#fill(this.#suspects);
    if (this.hasNoSuspects) this.#parts.onNoSuspects();
    if (this.#parts.isQuarantined()) return;
    this.#fill(this.#few);
    for (const pool of this.#many.values()) this.#fill(pool);
  }

  #fill(pool: Pool): void {
    if (pool.taken >= pool.places || pool.waiting === 0) return;
    const lot: Lot = { pool, members: new Map(), isStored: false, cancel: () => {} };
    // All of them move on together. So a lot has neighbours by number, too, which are cheap to mark.
    const each = Math.ceil((pool.places - pool.taken) / pool.waiting);
    // Who has changed since it asked asks again, and finds its place the next time.
    for (let left = pool.waiting; left > 0 && pool.taken < pool.places; left--) {
      const instance = pool.take();
      if (instance !== undefined) this.#admit(lot, instance, each);
    }
    const { journal } = this.#parts;
    journal.touch();
    journal.release((error) => {
      if (error === undefined && !this.#isClosed) this.#stored(lot);
    });
  }

  /** The first messages of a mailbox, at most so many: as many as have the same crashes and find a place. */
  #admit(lot: Lot, instance: Instance, each: number): void {
    const { pool, members } = lot;
    const { fn, mailbox } = instance;
    // It asks again when it goes on.
    if (this.#parts.isPaused(instance)) return;
    // What failed before may fail again, and those behind it would hold their places for nothing.
    const isSlow = instance.singles > 0 || (mailbox.at(0)?.attempts ?? 0) > 0;
    const most = isSlow ? 1 : Math.min(each, pool.places - pool.taken);
    for (let index = 0; index < most && fn !== undefined; index++) {
      const mail = mailbox.at(index);
      if (mail?.isRecovered !== true || this.#poolOf(fn, mail) !== pool) break;
      members.set(mail, { instance, before: mail.crashes, isRunning: false });
      this.#admitted.set(mail, lot);
      pool.taken++;
      mail.crashes++;
      this.#parts.journal.window.saveCounts(mail);
    }
    // Something has changed since it asked: it asks again.
    const head = mailbox.at(0);
    if (head !== undefined && !members.has(head)) this.#parts.wake(instance);
  }

  #stored(lot: Lot): void {
    lot.isStored = true;
    if (lot.members.size === 0) return;
    lot.cancel = this.#parts.clock.after(this.#parts.proofMs, () => this.#clear(lot));
    for (const [mail, { instance }] of lot.members) {
      if (lot.pool === this.#suspects) this.#parts.onSuspect(mail, instance);
      this.#parts.wake(instance);
    }
  }

  /** What has run since the lot was stored is not what kills the process: it goes on, and leaves its place to others. */
  #clear({ members }: Lot): void {
    const instances = Array.from(members.values(), ({ instance }) => instance);
    this.#release(members);
    this.#parts.journal.touch();
    for (const instance of instances) this.#parts.wake(instance);
  }

  /** No crash is theirs from now on; those that did not run keep what they had. */
  #release(members: Lot["members"]): void {
    for (const [mail, { isRunning }] of members) {
      if (isRunning) this.ended(mail);
      else this.takeBack(mail);
      this.#parts.journal.window.saveCounts(mail);
    }
  }

  #leave(mail: PendingMessage, crashes: (member: Member) => number): boolean {
    const lot = this.#admitted.get(mail);
    const member = lot?.members.get(mail);
    if (lot === undefined || member === undefined) return false;
    mail.crashes = crashes(member);
    this.#admitted.delete(mail);
    lot.members.delete(mail);
    lot.pool.taken--;
    if (lot.members.size === 0) lot.cancel();
    if (lot.pool === this.#suspects) this.#parts.onSuspectLeft();
    this.fillSoon();
    return true;
  }
}
