import type { LinkIn, LinkOut, OutboxRecord } from "../../engine/contract/records.ts";
import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import type { LinkStore, PresenceStore } from "../../engine/contract/store.ts";
import type { WireAddress } from "../../model/invocation.ts";
import { DriverStore } from "../driver-store.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import type { Schema } from "../schema.ts";
import { ObjectData } from "./object-data.ts";
import { objectSchema } from "./object-schema.ts";
import { type HeadLimits, headLimits } from "./rows/head-store.ts";

/** A store of which there may be as many as there are addresses. */
export interface ObjectStore extends LinkStore {
  /**
   * Whether nothing is left to remember at this engine time: no message, timer or record, no state, no dead
   * letter, no key, no position, and no link on which something may still be repeated. Then everything may be
   * deleted. `isSent`: what is left in the outboxes was acknowledged.
   */
  isForgettable(time: number, isSent?: boolean): boolean;
  /** The engine time from which on that is so, where it will be; of an object that remembers nothing, that of its last window. */
  forgettableFrom(): number;
  /** Of the last window; 0 before the first. */
  lastTime(): number;
  /**
   * Sets the alarm that a commit at this engine time would set, or an earlier one. To be called when an alarm has gone
   * off and its work is done: it may have found nothing to commit, and there is no other. Nobody else may set alarms:
   * the driver remembers which one there is. `isSent` as above.
   */
  wakeAgain(time: number, atLatest?: number, isSent?: boolean): void;
  /** Sets an alarm for this time, unless one is set that is as early. */
  wakeBy(time: number): void;
  /** As `wakeAgain`, where nothing of what is left can be done here: also in the place of an alarm that comes sooner. */
  wakeLater(atLatest: number): void;
  /**
   * As `wakeAgain`, where nothing may run: whatever is due, not before it has waited as long again as it has since its last window,
   * which is at least `leastMs` and at most `mostMs`.
   */
  wakePaused(time: number, leastMs: number, mostMs: number): void;
}

/**
 * A store over SQLite for many tiny databases, as Durable Objects are: one table, made by the first window, and as few rows
 * as there can be. `openDriver` is called when the store opens: it takes the lock, or rejects. The driver is closed
 * with the store, and when opening fails.
 */
export function createObjectStore(
  openDriver: () => Promise<SqlDriver>,
  schema: Schema = objectSchema,
  limits: HeadLimits = headLimits,
): ObjectStore {
  return new SqlObjectStore(openDriver, (driver, damage) => {
    const data = new ObjectData(driver, schema, damage, limits);
    const { opener: _, lastAccepted: __, ...opened } = data.progress.read();
    return { data, opened };
  });
}

class SqlObjectStore extends DriverStore<ObjectData> implements ObjectStore {
  async snapshot(
    known: readonly WireAddress[] = [],
    isNeeded: (cell: number) => boolean = () => true,
  ): Promise<StoreSnapshot> {
    const { snapshotOf } = await import("./snapshot/object-snapshot.ts");
    return this.use((data) => snapshotOf(data.parts, known, isNeeded));
  }

  linksOut(): LinkOut[] {
    return this.use(({ links }) => links.out());
  }

  linkIn(link: string): LinkIn | undefined {
    return this.use(({ links }) => links.in(link));
  }

  silentLinks(time: number, limit: number): LinkIn[] {
    return this.use(({ links }) => links.silent(time, limit));
  }

  outbox(link: string, after: number, limit: number): OutboxRecord[] {
    return this.use(({ outbox }) => outbox.page(link, after, limit));
  }

  /** What it is asked for is read when it is asked. */
  readonly presence: PresenceStore = {
    reported: () => this.use(({ presence }) => presence.reported()),
    idsOf: (typename, after, limit) =>
      this.use(({ presence }) => presence.idsOf(typename, after, limit)),
    expired: (time, limit) => this.use(({ presence }) => presence.expired(time, limit)),
    hasValid: (address, time) => this.use(({ presence }) => presence.hasValid(address, time)),
  };

  isForgettable(time: number, isSent?: boolean): boolean {
    return this.use(({ rest }) => rest.isForgettable(time, isSent));
  }

  forgettableFrom(): number {
    return this.use(({ rest, progress }) => rest.forgettableFrom ?? progress.read().time);
  }

  lastTime(): number {
    return this.use(({ progress }) => progress.read().time);
  }

  wakeAgain(time: number, atLatest?: number, isSent?: boolean): void {
    this.use((data) => data.wakeAgain(time, atLatest, isSent));
  }

  isWoken(time: number): boolean {
    return this.use((data) => data.isWoken(time));
  }

  wakeSoon(time: number): void {
    this.use((data) => data.wakeSoon(time));
  }

  wakeBy(time: number): void {
    this.use((data) => data.wakeBy(time));
  }

  wakeLater(atLatest: number): void {
    this.use((data) => data.wakeLater(atLatest));
  }

  wakePaused(time: number, leastMs: number, mostMs: number): void {
    this.use((data) => data.wakePaused(time, leastMs, mostMs));
  }
}
