import type { PausedRecord } from "../engine/contract/actions.ts";
import type {
  AcceptedRecord,
  DeadHead,
  DeadRecord,
  EgressRow,
  MessageRecord,
  StoredCell,
  TimerHead,
  TimerRecord,
} from "../engine/contract/records.ts";
import type { Store as EngineStore, LinkWindow, Opened } from "../engine/contract/store.ts";
import type { WireAddress } from "../model/invocation.ts";
import { Damage, type Report } from "./damage.ts";
import type { SqlDriver } from "./drivers/sql-driver.ts";
import type { SqlAccepted } from "./file/sql-accepted.ts";
import type { SqlCells } from "./file/sql-cells.ts";
import type { SqlDead } from "./file/sql-dead.ts";
import type { SqlEgress } from "./file/sql-egress.ts";
import type { SqlKept } from "./file/sql-kept.ts";
import type { SqlMessages } from "./file/sql-messages.ts";
import type { SqlPaused } from "./file/sql-paused.ts";
import type { SqlPositions } from "./file/sql-positions.ts";
import type { SqlTimers } from "./file/sql-timers.ts";
import { asStoreError, storeFailed } from "./store-errors.ts";

/** What an opened database is read by, and what a window is written by, however its rows are laid out. */
export interface DriverData {
  readonly cells: Pick<SqlCells, "names" | "load" | "cellOf">;
  readonly messages: Pick<SqlMessages, "page">;
  readonly timers: Pick<SqlTimers, "nextDue" | "due" | "byToken" | "of" | "heads" | "at">;
  readonly egress: Pick<SqlEgress, "unsentEgresses" | "unsent">;
  readonly kept: Pick<SqlKept, "page">;
  readonly dead: Pick<SqlDead, "page" | "heads" | "at" | "count">;
  readonly paused: Pick<SqlPaused, "all">;
  readonly accepted: Pick<SqlAccepted, "get" | "call">;
  readonly positions: Pick<SqlPositions, "position">;
  commit(window: LinkWindow): void;
  /** Puts aside the rows that something failed by. Whether there were any. */
  mend(error: unknown): boolean;
}

/** Reads what is there, and brings it to the version of this code. */
export type OpenData<Data> = (
  driver: SqlDriver,
  damage: Damage,
) => {
  readonly data: Data;
  readonly opened: Opened;
};

/**
 * A store over a driver: opens it, and makes `store_failed` of whatever it throws. `openDriver` takes the lock, or
 * rejects. The driver is closed with the store, and when opening fails.
 */
export class DriverStore<Data extends DriverData> implements EngineStore {
  readonly #openDriver: () => Promise<SqlDriver>;
  readonly #openData: OpenData<Data>;
  #open: { readonly driver: SqlDriver; readonly data: Data } | undefined;

  constructor(openDriver: () => Promise<SqlDriver>, openData: OpenData<Data>) {
    this.#openDriver = openDriver;
    this.#openData = openData;
  }

  async open(report?: Report): Promise<Opened> {
    const driver = await this.#openDriver();
    try {
      const { data, opened } = this.#openData(driver, new Damage(driver, report));
      this.#open = { driver, data };
      return opened;
    } catch (error) {
      driver.close();
      throw asStoreError(driver.name, error);
    }
  }

  load(address: WireAddress): Map<string, StoredCell> {
    return this.use(({ cells }) => cells.load(address));
  }

  stateNames(address: WireAddress): string[] {
    return this.use(({ cells }) => cells.names(address));
  }

  state(address: WireAddress, name: string): StoredCell | undefined {
    return this.use(({ cells }) => cells.load(address, name)).get(name);
  }

  cellOf(address: WireAddress, name: string): number | undefined {
    return this.use(({ cells }) => cells.cellOf(address, name));
  }

  messages(after: number, limit: number): MessageRecord[] {
    return this.use(({ messages }) => messages.page(after, limit));
  }

  nextDue(): number | undefined {
    return this.use(({ timers }) => timers.nextDue());
  }

  dueTimers(until: number, limit: number): TimerRecord[] {
    return this.use(({ timers }) => timers.due(until, limit));
  }

  timerByToken(owner: string, token: string): TimerRecord | undefined {
    return this.use(({ timers }) => timers.byToken(owner, token));
  }

  timerAt(number: number): TimerRecord | undefined {
    return this.use(({ timers }) => timers.at(number));
  }

  timersOf(owner: string, limit: number, after = -1): TimerRecord[] {
    return this.use(({ timers }) => timers.of(owner, limit, after));
  }

  timerHeads(after: number, limit: number, typename?: string): TimerHead[] {
    return this.use(({ timers }) => timers.heads(after, limit, typename));
  }

  unsentEgresses(): string[] {
    return this.use(({ egress }) => egress.unsentEgresses());
  }

  unsent(name: string, after: number, limit: number): EgressRow[] {
    return this.use(({ egress }) => egress.unsent(name, after, limit));
  }

  kept(egress: string, after: number, limit: number, time: number): EgressRow[] {
    return this.use(({ kept }) => kept.page(egress, after, limit, time));
  }

  dead(after: number, limit: number, typename?: string): DeadRecord[] {
    return this.use(({ dead }) => dead.page(after, limit, typename));
  }

  deadHeads(after: number, limit: number, typename?: string): DeadHead[] {
    return this.use(({ dead }) => dead.heads(after, limit, typename));
  }

  deadAt(number: number): DeadRecord | undefined {
    return this.use(({ dead }) => dead.at(number));
  }

  countDead(): number {
    return this.use(({ dead }) => dead.count());
  }

  paused(): PausedRecord[] {
    return this.use(({ paused }) => paused.all());
  }

  accepted(target: WireAddress, key: string): AcceptedRecord | undefined {
    return this.use(({ accepted }) => accepted.get(target, key));
  }

  acceptedCall(call: string): AcceptedRecord | undefined {
    return this.use(({ accepted }) => accepted.call(call));
  }

  position(source: string): string | undefined {
    return this.use(({ positions }) => positions.position(source));
  }

  commit(window: LinkWindow): void {
    this.use((data) => data.commit(window));
  }

  durable(waiting?: number): Promise<void> {
    return this.driver.durable(waiting);
  }

  watch(lost: (error: unknown) => void): void {
    this.driver.watch?.(lost);
  }

  close(): void {
    this.#open?.driver.close();
    this.#open = undefined;
  }

  /** Throws `store_failed` while it is not open. */
  protected get driver(): SqlDriver {
    return this.#opened().driver;
  }

  /** Whatever is thrown in between is of the database. */
  protected use<T>(body: (data: Data) => T): T {
    const { driver, data } = this.#opened();
    try {
      return this.#mended(data, body);
    } catch (error) {
      throw asStoreError(driver.name, error);
    }
  }

  /** Tried again where rows were in the way that no window has written. */
  #mended<T>(data: Data, body: (data: Data) => T): T {
    try {
      return body(data);
    } catch (error) {
      if (!data.mend(error)) throw error;
      return body(data);
    }
  }

  #opened(): { readonly driver: SqlDriver; readonly data: Data } {
    if (this.#open === undefined) throw storeFailed("the store", "it is not open");
    return this.#open;
  }
}
