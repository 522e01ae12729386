import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  LinkIn,
  LinkOut,
  MessageRecord,
  OutboxRecord,
  StoredCell,
  TimerRecord,
} from "../engine/records.ts";
import type { CommitWindow, Store as EngineStore, Opened } from "../engine/store.ts";
import type { WireAddress } from "../model/invocation.ts";
import { CompactData } from "./compact-data.ts";
import { compactSchema } from "./compact-schema.ts";
import type { SqlDriver } from "./sql-driver.ts";
import type { Schema } from "./sql-schema.ts";
import { asStoreError, storeFailed } from "./store-errors.ts";

/** A store of which there may be as many as there are addresses. */
export interface CompactStore extends EngineStore {
  /**
   * Whether nothing is left to remember at this engine time: no message, timer or record, no state, no dead letter, no
   * key, no position, and no link that somebody may still repeat something on. Then everything may be deleted.
   */
  isForgettable(time: number): boolean;
  /**
   * Sets the alarm that a commit at this engine time would set, or an earlier one. To be called when an alarm has gone
   * off and its work is done: it may have found nothing to commit, and there is no other. Nobody else may set alarms:
   * the driver remembers which one there is.
   */
  wakeAgain(time: number, atLatest?: number): void;
}

/**
 * A store over SQLite for many tiny databases, as Durable Objects are: one table, made by the first window, and as few rows
 * as there can be. `openDriver` is called when the store opens: it takes the lock, or rejects. The driver is closed
 * with the store, and when opening fails.
 */
export function createCompactStore(
  openDriver: () => Promise<SqlDriver>,
  schema: Schema = compactSchema,
): CompactStore {
  return new SqlCompactStore(openDriver, schema);
}

interface Open {
  readonly driver: SqlDriver;
  readonly data: CompactData;
}

class SqlCompactStore implements CompactStore {
  readonly #openDriver: () => Promise<SqlDriver>;
  readonly #schema: Schema;
  #open: Open | undefined;

  constructor(openDriver: () => Promise<SqlDriver>, schema: Schema) {
    this.#openDriver = openDriver;
    this.#schema = schema;
  }

  async open(): Promise<Opened> {
    const driver = await this.#openDriver();
    try {
      const data = new CompactData(driver, this.#schema);
      const { opener: _, lastAccepted: __, ...opened } = data.progress.read();
      this.#open = { driver, data };
      return opened;
    } catch (error) {
      driver.close();
      throw asStoreError(driver.name, error);
    }
  }
  load(address: WireAddress): Map<string, StoredCell> {
    return this.#use(({ cells }) => cells.load(address));
  }

  messages(after: number, limit: number): MessageRecord[] {
    return this.#use(({ messages }) => messages.page(after, limit));
  }

  nextDue(): number | undefined {
    return this.#use(({ timers }) => timers.nextDue());
  }

  dueTimers(until: number, limit: number): TimerRecord[] {
    return this.#use(({ timers }) => timers.due(until, limit));
  }

  timerByToken(owner: string, token: string): TimerRecord | undefined {
    return this.#use(({ timers }) => timers.byToken(owner, token));
  }

  timersOf(owner: string, limit: number): TimerRecord[] {
    return this.#use(({ timers }) => timers.of(owner, limit));
  }

  unsentEgresses(): string[] {
    return this.#use(({ egress }) => egress.unsentEgresses());
  }

  unsent(name: string, after: number, limit: number): EgressRow[] {
    return this.#use(({ egress }) => egress.unsent(name, after, limit));
  }

  kept(egress: string, after: number, limit: number, time: number): EgressRow[] {
    return this.#use(({ kept }) => kept.page(egress, after, limit, time));
  }

  dead(after: number, limit: number, typename?: string): DeadRecord[] {
    return this.#use(({ dead }) => dead.page(after, limit, typename));
  }

  deadAt(number: number): DeadRecord | undefined {
    return this.#use(({ dead }) => dead.at(number));
  }

  countDead(): number {
    return this.#use(({ dead }) => dead.count());
  }

  accepted(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.#use(({ accepted }) => accepted.get(target, key));
  }

  acceptedCall(call: string): AcceptedRecord | undefined {
    return this.#use(({ accepted }) => accepted.call(call));
  }

  position(source: string): string | undefined {
    return this.#use(({ links }) => links.position(source));
  }

  linksOut(): LinkOut[] {
    return this.#use(({ links }) => links.out());
  }

  linkIn(link: string): LinkIn | undefined {
    return this.#use(({ links }) => links.in(link));
  }

  silentLinks(time: number, limit: number): LinkIn[] {
    return this.#use(({ links }) => links.silent(time, limit));
  }

  outbox(link: string, after: number, limit: number): OutboxRecord[] {
    return this.#use(({ outbox }) => outbox.page(link, after, limit));
  }

  commit(window: CommitWindow): void {
    this.#use((data) => data.commit(window));
  }

  isForgettable(time: number): boolean {
    return this.#use(({ rest }) => rest.isForgettable(time));
  }

  wakeAgain(time: number, atLatest?: number): void {
    this.#use((data) => data.wakeAgain(time, atLatest));
  }

  async durable(): Promise<void> {
    await this.#opened().driver.durable();
  }

  close(): void {
    this.#open?.driver.close();
    this.#open = undefined;
  }

  #opened(): Open {
    if (this.#open === undefined) throw storeFailed("the store", "it is not open");
    return this.#open;
  }

  /** Whatever is thrown in between is of the database. */
  #use<T>(body: (data: CompactData) => T): T {
    const { driver, data } = this.#opened();
    try {
      return body(data);
    } catch (error) {
      throw asStoreError(driver.name, error);
    }
  }
}
