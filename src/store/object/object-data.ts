import type { LinkWindow } from "../../engine/contract/store.ts";
import type { Damage } from "../damage.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { Schema } from "../schema.ts";
import { mostTrimmed, SweepPace } from "../sweep-pace.ts";
import { ObjectAccepted } from "./object-accepted.ts";
import { ObjectCells } from "./object-cells.ts";
import { ObjectDead } from "./object-dead.ts";
import { ObjectEgress } from "./object-egress.ts";
import { ObjectKept } from "./object-kept.ts";
import { ObjectLinks } from "./object-links.ts";
import { ObjectMessages } from "./object-messages.ts";
import { ObjectOutbox } from "./object-outbox.ts";
import { ObjectPaused } from "./object-paused.ts";
import { ObjectPresence } from "./object-presence.ts";
import { ObjectProgress } from "./object-progress.ts";
import { prepareObject } from "./object-schema.ts";
import { ObjectTimers } from "./object-timers.ts";
import { ObjectTimes } from "./object-times.ts";
import { Retention, soonMs } from "./retention.ts";
import type { HeadLimits } from "./rows/head-store.ts";
import { ObjectMend } from "./rows/object-mend.ts";
import { ObjectRecords } from "./rows/object-records.ts";
import { ObjectRows } from "./rows/object-rows.ts";

/** How long an object is kept that stores nothing but a warning: longer than the care that follows it. */
const warnedMs = 120_000;

/** The rows of an opened database, and what a window does to them. */
export class ObjectData {
  readonly #driver: SqlDriver;
  readonly #rows: ObjectRows;
  readonly #times: ObjectTimes;
  readonly #mend: ObjectMend;
  readonly #pace = new SweepPace();
  readonly progress: ObjectProgress;
  readonly cells: ObjectCells;
  readonly messages: ObjectMessages;
  readonly timers: ObjectTimers;
  readonly egress: ObjectEgress;
  readonly kept: ObjectKept;
  readonly dead: ObjectDead;
  readonly paused: ObjectPaused;
  readonly accepted: ObjectAccepted;
  readonly links: ObjectLinks;
  readonly outbox: ObjectOutbox;
  readonly presence: ObjectPresence;
  readonly rest: Retention;

  constructor(driver: SqlDriver, schema: Schema, damage: Damage, limits: HeadLimits) {
    this.#driver = driver;
    const rows = new ObjectRows(driver, schema, prepareObject(driver, schema), limits);
    const records = new ObjectRecords(rows, damage);
    const times = new ObjectTimes(rows);
    this.#rows = rows;
    this.#mend = new ObjectMend(rows, damage);
    this.#mend.head();
    this.#times = times;
    this.progress = new ObjectProgress(rows);
    this.cells = new ObjectCells(rows, times);
    this.messages = new ObjectMessages(records);
    this.timers = new ObjectTimers(records, times);
    this.egress = new ObjectEgress(records);
    this.kept = new ObjectKept(records, times);
    this.dead = new ObjectDead(records);
    this.paused = new ObjectPaused(records);
    this.accepted = new ObjectAccepted(records, times);
    this.links = new ObjectLinks(records, times);
    this.outbox = new ObjectOutbox(records);
    this.presence = new ObjectPresence(rows, times);
    this.rest = new Retention(rows, times);
  }

  get positions(): Pick<ObjectLinks, "position"> {
    return this.links;
  }

  /** One transaction, whatever the window holds. */
  commit(window: LinkWindow): void {
    try {
      const isEnough = this.#rows.transaction(() => this.#apply(window));
      if (isEnough !== undefined) this.#pace.swept(window, isEnough);
    } catch (error) {
      this.#times.forget();
      this.kept.forgetCounts();
      this.dead.forgetCounts();
      throw error;
    }
  }

  mend(error: unknown): boolean {
    this.dead.forgetCounts();
    return this.#mend.mend(error, () => this.progress.read());
  }

  /** What a snapshot is made of. */
  get parts(): {
    readonly rows: ObjectRows;
    readonly times: ObjectTimes;
    readonly progress: ObjectProgress;
  } {
    return { rows: this.#rows, times: this.#times, progress: this.progress };
  }

  /** Sets the next alarm in the place of one that has gone off, where no window has. */
  wakeAgain(
    time: number,
    atLatest: number = Number.POSITIVE_INFINITY,
    isSent: boolean = false,
  ): void {
    const isUsed = this.progress.read().lastNumber > 0;
    const next = this.rest.nextWake(time, isUsed, { isSent });
    const wanted = Math.min(next ?? Number.POSITIVE_INFINITY, atLatest);
    this.#driver.transaction(() =>
      this.#driver.wakeAt?.(Number.isFinite(wanted) ? wanted : undefined),
    );
  }

  /** Whether an alarm is set that comes as early as that of a window with something left to do. */
  isWoken(time: number): boolean {
    return this.#driver.isWokenBy?.(time + soonMs) ?? true;
  }

  /** Sets such an alarm. */
  wakeSoon(time: number): void {
    this.wakeBy(time + soonMs);
  }

  wakeBy(time: number): void {
    this.#driver.transaction(() => this.#driver.wakeAt?.(time));
  }

  /** The next alarm is for timers, or then: nothing else that is left can be done here. */
  wakeLater(atLatest: number): void {
    const wanted = Math.min(this.rest.nextTimer ?? Number.POSITIVE_INFINITY, atLatest);
    this.#driver.transaction(() => this.#driver.wakeAt?.(wanted, true));
  }

  wakePaused(time: number, leastMs: number, mostMs: number): void {
    const { lastNumber, time: windowTime } = this.progress.read();
    const next = this.rest.nextWake(time, lastNumber > 0, { isSent: true });
    const waitMs = Math.min(Math.max(time - windowTime, leastMs), mostMs);
    const wanted = next === undefined ? undefined : Math.max(next, time + waitMs);
    this.#driver.transaction(() => this.#driver.wakeAt?.(wanted, true));
  }

  /** Whether its sweep was enough; undefined if there was none. */
  #apply(window: LinkWindow): boolean | undefined {
    const before = this.progress.before(window);
    if (before === undefined) return undefined;
    this.#rows.create();
    this.cells.apply(window);
    this.messages.apply(window);
    this.timers.apply(window);
    this.egress.apply(window);
    this.kept.apply(window);
    this.dead.apply(window);
    this.paused.apply(window);
    const lastAccepted = this.accepted.apply(window, before.lastAccepted);
    this.links.apply(window);
    this.outbox.apply(window);
    this.presence.apply(window);
    this.progress.write(window, lastAccepted);
    const { sweepTime = window.time } = window;
    const cells = {
      sweep: (time: number, limit: number) => this.cells.sweep(Math.min(time, sweepTime), limit),
    };
    const isEnough = this.#pace.sweep(window, [cells, this.accepted, this.kept]);
    for (const { egress, maxRecords } of window.keep) {
      this.kept.trim(egress, maxRecords, mostTrimmed(window));
    }
    this.#wake(window);
    this.#times.growIndex();
    return isEnough;
  }

  /** A window that says nothing but that something may have ended the engine leaves nothing to be woken for but to be forgotten. */
  #wake({ time, lastNumber, isClean, isRepeatedBySenders = false }: LinkWindow): void {
    const { rest } = this;
    const isWarned = lastNumber === 0 && !isClean && rest.isForgettable(time);
    const next = rest.nextWake(time, lastNumber > 0, { isRepeatedBySenders });
    this.#driver.wakeAt?.(isWarned ? time + warnedMs : next);
  }
}
