import type { StateFunError } from "../../internal/errors.ts";
import type { PausedKey, PausedRecord } from "../contract/actions.ts";
import type { Receipt } from "../contract/arrival.ts";
import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  LinkIn,
  LinkOut,
  OutboxRecord,
  Position,
  TimerRecord,
} from "../contract/records.ts";
import type { CellWrite, CommitWindow, LinkWindow } from "../contract/store.ts";
import { type PendingMessage, recordOf } from "./pending-message.ts";

/** What the journal knows and a window repeats. */
export type WindowHead = Pick<
  CommitWindow,
  | "sequence"
  | "opener"
  | "openedAt"
  | "time"
  | "lastNumber"
  | "lastCell"
  | "identity"
  | "isClean"
  | "isRepeatedBySenders"
>;

export type Release = (error: StateFunError | undefined) => void;

/** A message from outside in the window that took it, with its key if it has one, and its receipt callback. */
export interface Arrived {
  readonly mail: PendingMessage;
  readonly accepted: readonly [key: string, record: AcceptedRecord] | undefined;
  readonly done: Receipt;
}

const none: readonly never[] = [];

/** An answer on a link in the window that took its batch. */
export interface Answered {
  /** What is here of the messages of the batch. */
  readonly mails: readonly PendingMessage[];
  readonly run: Release;
}

/** The window that is open: net effects gather here until it is closed. Its tables are also the overlay of what the store does not have yet. */
export class OpenWindow {
  /** When something first happened in it. */
  openedAt: number;
  /** Steps that were started since it is open. */
  steps = 0;
  /** Nothing that anybody waits for has changed. */
  isLazy = true;
  isEmpty = true;
  /** An end after it counts as a crash, whatever is pending. */
  isWarning = false;
  /** Something waits for this window that may have seen its content. */
  isSeen = false;
  /** Called once: when the window survives a crash, or with the error after which the outcome is unknown. */
  releases: Release[] = [];
  readonly cells: Map<number, CellWrite> = new Map();
  readonly renewed: Map<number, number> = new Map();
  readonly arrivals: Arrived[] = [];
  /** Of these, what gets its receipt when this window survives a crash. */
  #receipts: readonly Arrived[] = none;
  readonly answers: Answered[] = [];
  /** A step waits for it that may only begin with what is stored. */
  isUrgent = false;
  /** What was produced, in order; what was consumed as well has `isGone`. */
  readonly #produced: PendingMessage[] = [];
  /** Of that, what waited when it was closed. */
  pending: readonly PendingMessage[] = [];
  readonly timers: Map<Position, TimerRecord> = new Map();
  /** What this window did to a token: the timer that it waits for now, or undefined for none. */
  readonly tokens: Map<string, TimerRecord | undefined> = new Map();
  readonly timersRemoved: Set<Position> = new Set();
  readonly egress: EgressRow[] = [];
  readonly dead: DeadRecord[] = [];
  readonly deadRemoved: Set<Position> = new Set();
  readonly accepted: Map<string, AcceptedRecord> = new Map();
  readonly calls: Map<string, AcceptedRecord> = new Map();
  readonly positions: Map<string, string> = new Map();
  readonly outbox: OutboxRecord[] = [];
  readonly linksOut: Map<string, LinkOut | undefined> = new Map();
  readonly linksIn: Map<string, LinkIn | undefined> = new Map();
  readonly keep: Map<string, number> = new Map();
  /** States that are written by no function: those that the engine deletes when they have expired, and its own. */
  readonly own: Map<number, CellWrite> = new Map();
  /** As in the window of the store. */
  reported: string | undefined;
  sweepTime: number | undefined;
  /** By what is paused: undefined where it is resumed. */
  readonly paused: Map<string, readonly [PausedKey, PausedRecord | undefined]> = new Map();
  readonly #messagesRemoved: Position[] = [];
  readonly #attempts = new Map<Position, PendingMessage>();
  readonly egressRemoved: Set<Position> = new Set();
  readonly #outboxRemoved = new Map<string, number>();

  constructor(openedAt: number) {
    this.openedAt = openedAt;
  }

  addMessage(mail: PendingMessage): void {
    this.#produced.push(mail);
  }

  /**
   * Called once, before the window closes. Receipts of what came from outside are sent with this window, except
   * for messages that have not run and can move to the next one. Returns these messages.
   */
  settleArrivals(next: OpenWindow | undefined): readonly PendingMessage[] {
    for (const { run } of this.answers) this.releases.push(run);
    this.#receipts = this.arrivals;
    if (next === undefined) return none;
    // Only what has arrived in this window, or was moved to it, can wait. Nothing is in the next one yet.
    move(this.#produced, next.#produced, canWait);
    move(this.arrivals, next.arrivals, ({ mail }) => canWait(mail));
    for (const { mail, accepted } of next.arrivals) {
      mail.mayWait--;
      if (accepted === undefined) continue;
      const [key, record] = accepted;
      this.accepted.delete(key);
      next.accepted.set(key, record);
    }
    return next.#produced;
  }

  /** How many wait for this window to survive a crash, once it is closed. */
  get waiting(): number {
    return this.#receipts.length + this.releases.length;
  }

  /** Answers all that wait, once. */
  answer(error: StateFunError | undefined): void {
    const receipts = this.#receipts;
    const { releases } = this;
    this.#receipts = none;
    this.releases = [];
    // In the order of arrival: a sender gets its receipt before anything that saw the message is released.
    for (const { mail, done } of receipts) done(error, mail.number, false);
    for (const run of releases) run(error);
  }

  /** Nothing would be written but that there was a window. */
  get isBlank(): boolean {
    const { cells, renewed, timers, timersRemoved, egress, egressRemoved, dead, deadRemoved } =
      this;
    const { accepted, positions, outbox, linksOut, linksIn, keep, paused, own } = this;
    const tables = [cells, renewed, timers, timersRemoved, egressRemoved, deadRemoved, accepted];
    const more = [positions, linksOut, linksIn, keep, paused, own];
    const counts = [this.#attempts, this.#outboxRemoved];
    const lists = [egress, dead, outbox, this.#messagesRemoved, this.#produced];
    return (
      [...tables, ...more, ...counts].every(({ size }) => size === 0) &&
      lists.every(({ length }) => length === 0)
    );
  }

  removeMessage(mail: PendingMessage): void {
    if (mail.storedIn === 0) mail.isGone = true;
    else {
      this.#messagesRemoved.push(mail.number);
      this.#attempts.delete(mail.number);
    }
  }

  /** One that no mailbox has. */
  removeStored(number: Position): void {
    this.#messagesRemoved.push(number);
  }

  /** Its attempts or its crashes have changed. */
  saveCounts(mail: PendingMessage): void {
    if (mail.storedIn !== 0) this.#attempts.set(mail.number, mail);
  }

  addTimer(timer: TimerRecord): void {
    this.timers.set(timer.number, timer);
    if (timer.token !== undefined) this.tokens.set(tokenKey(timer.owner, timer.token), timer);
  }

  removeTimer({ number, owner, token }: TimerRecord): void {
    if (!this.timers.delete(number)) this.timersRemoved.add(number);
    if (token !== undefined) this.tokens.set(tokenKey(owner, token), undefined);
  }

  removeEgress(numbers: readonly Position[]): void {
    for (const number of numbers) this.egressRemoved.add(number);
  }

  removeOutbox(link: string, upTo: number): void {
    this.#outboxRemoved.set(link, upTo);
  }

  /** The value to commit. Nothing is changed in it afterwards, whatever happens to this window. */
  close(head: WindowHead): LinkWindow {
    this.pending = this.#produced.filter(({ isGone }) => !isGone);
    return {
      ...head,
      cells: [...this.cells.values(), ...this.own.values()],
      renewed: Array.from(this.renewed, ([cell, expiresAt]) => ({ cell, expiresAt })),
      messages: { added: this.pending.map(recordOf), removed: this.#messagesRemoved },
      attempts: Array.from(this.#attempts.values(), ({ number, attempts, crashes }) => ({
        number,
        attempts,
        crashes,
      })),
      timers: { added: [...this.timers.values()], removed: [...this.timersRemoved] },
      egress: { added: this.egress, removed: [...this.egressRemoved] },
      dead: { added: this.dead, removed: [...this.deadRemoved] },
      paused: {
        added: [...this.paused.values()].flatMap(([, record]) => record ?? []),
        removed: [...this.paused.values()].flatMap(([key, record]) => (record ? [] : key)),
      },
      accepted: [...this.accepted.values()],
      positions: Array.from(this.positions, ([source, position]) => ({ source, position })),
      outbox: {
        added: this.outbox,
        removed: Array.from(this.#outboxRemoved, ([link, upTo]) => ({ link, upTo })),
      },
      linksOut: changeOf(this.linksOut),
      linksIn: changeOf(this.linksIn),
      keep: Array.from(this.keep, ([egress, maxRecords]) => ({ egress, maxRecords })),
      ...(this.reported !== undefined && { reported: this.reported }),
      ...(this.sweepTime !== undefined && { sweepTime: this.sweepTime }),
    };
  }
}

/** Moves some items to the end of another list. All stay in order. */
function move<T>(from: T[], to: T[], isMoved: (item: T) => boolean): void {
  let left = 0;
  for (const item of from) {
    if (isMoved(item)) to.push(item);
    else from[left++] = item;
  }
  from.length = left;
}

/** It has not run, and has no receipt yet. */
function canWait({ isGone, mayWait }: PendingMessage): boolean {
  return !isGone && mayWait > 0;
}

export function tokenKey(owner: string | undefined, token: string): string {
  return `${token.length} ${token} ${owner}`;
}

function changeOf<T>(links: ReadonlyMap<string, T | undefined>): {
  added: T[];
  removed: string[];
} {
  const added: T[] = [];
  const removed: string[] = [];
  for (const [link, value] of links) {
    if (value === undefined) removed.push(link);
    else added.push(value);
  }
  return { added, removed };
}
