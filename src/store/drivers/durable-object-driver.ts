import type { Row, SqlDriver, SqlValue } from "./sql-driver.ts";

/** What the engine needs of the storage of a Durable Object with SQLite: of `ctx.storage`. */
export interface DurableObjectStorageLike {
  readonly sql: {
    readonly databaseSize: number;
    exec(
      sql: string,
      ...params: readonly SqlValue[]
    ): Iterable<Record<string, unknown>> & { readonly rowsWritten: number };
  };
  readonly kv: {
    get(key: string): unknown;
  };
  transactionSync<T>(body: () => T): T;
  getAlarm(): Promise<number | null>;
  setAlarm(time: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
  sync(): Promise<void>;
}

/** The platform takes rows of 2 MiB (2,097,152 bytes); keys and columns of numbers need a thousand or two. */
const maxValueBytes = 2_000_000;

/** The platform refuses alarms "after 2189". An earlier alarm finds nothing to do, and sets itself again. */
const latestAlarm = 6_900_000_000_000;

/** The clock that fires alarms is not this one: one that goes off so much before its time is early. */
const nearMs = 1_000;

/** An alarm that has not gone off so long after its time is lost. */
const lateMs = 30_000;

export interface ObjectDriver extends SqlDriver {
  /**
   * The alarm goes off. Whether by this clock it does so before its time: the clock that fires it may be ahead, and tools
   * for tests do so when a test asks. Without this word the alarm would be taken for one that is still set.
   */
  rang(): Promise<boolean>;
}

/**
 * Over the storage of the object that this runs in. The platform has the lock: one instance of an object at a time may use
 * its storage, and an older one gets errors.
 */
export async function durableObjectDriver(
  storage: DurableObjectStorageLike,
  // Not the function that it is now: a test may set the clock later.
  now: () => number = () => Date.now(),
): Promise<ObjectDriver> {
  return new DurableObjectDriver(storage, (await storage.getAlarm()) ?? undefined, now);
}

class DurableObjectDriver implements ObjectDriver {
  readonly name = "the storage of the object";
  readonly maxValueBytes: number = maxValueBytes;
  readonly #storage: DurableObjectStorageLike;
  readonly #now: () => number;
  /** The alarm that is set, or was until it went off. */
  #alarm: number | undefined;
  /** The one that went off last. */
  #gone: number | undefined;
  /** The platform's word on the last one. */
  #alarmSet: Promise<void> = Promise.resolve();

  constructor(storage: DurableObjectStorageLike, alarm: number | undefined, now: () => number) {
    this.#storage = storage;
    this.#alarm = alarm;
    this.#now = now;
  }

  exec(sql: string, ...params: readonly SqlValue[]): readonly Row[] {
    return Array.from(this.#storage.sql.exec(sql, ...params), rowOf);
  }

  /** Entries of indexes count there as rows: none without a row. */
  change(sql: string, ...params: readonly SqlValue[]): boolean {
    return this.#storage.sql.exec(sql, ...params).rowsWritten > 0;
  }

  transaction<T>(body: () => T): T {
    const alarm = this.#alarm;
    try {
      return this.#storage.transactionSync(body);
    } catch (error) {
      // The one that was set in it is rolled back with the rows.
      this.#alarm = alarm;
      throw error;
    }
  }

  /**
   * Only ever sets the alarm earlier. Setting costs a row, and so does deleting; an alarm that finds nothing to do
   * costs a request, a sixth of a row, or nothing if the next one is as early. It then sets itself again.
   * `mayBeLater` is for an object that would be woken again and again for nothing.
   */
  wakeAt(wanted: number | undefined, mayBeLater: boolean = false): void {
    if (wanted === undefined) return;
    // Not before now, nor at the time of the one that has just gone off: that may be taken for one that is done.
    const soonest = Math.max(wanted, this.#now() + 1);
    const time = Math.min(soonest === this.#gone ? soonest + 1 : soonest, latestAlarm);
    const isSet = this.#alarm !== undefined && this.#alarm > this.#now() - lateMs;
    if (isSet && (mayBeLater ? this.#alarm === time : Number(this.#alarm) <= time)) return;
    this.#alarm = time;
    const isDone = this.#storage.setAlarm(time);
    this.#alarmSet = isDone;
    // It is heard of by `durable`.
    isDone.catch(() => {});
  }

  async rang(): Promise<boolean> {
    const [gone, known] = [this.#alarm, this.#alarmSet];
    const alarm = (await this.#storage.getAlarm()) ?? undefined;
    // One that was set meanwhile is known.
    if (this.#alarmSet === known) this.#alarm = alarm;
    if (gone === undefined || gone === this.#alarm) return false;
    this.#gone = gone;
    return gone > this.#now() + nearMs;
  }

  isWokenBy(time: number): boolean {
    return this.#alarm !== undefined && this.#alarm > this.#now() - lateMs && this.#alarm <= time;
  }

  async durable(): Promise<void> {
    await Promise.all([this.#alarmSet, this.#storage.sync()]);
  }

  /** There is nothing to release. */
  close(): void {}
}

function rowOf(row: Record<string, unknown>): Row {
  const plain: Record<string, SqlValue> = {};
  for (const [column, value] of Object.entries(row)) {
    // What the platform gives is one of these.
    plain[column] = value instanceof ArrayBuffer ? new Uint8Array(value) : (value as SqlValue);
  }
  return plain;
}

/** Whether anything was ever stored there: an object that is only looked at is left without a trace. */
export function hasRows(storage: Pick<DurableObjectStorageLike, "sql">): boolean {
  const tables = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'statefun'";
  return Array.from(storage.sql.exec(tables)).length > 0;
}
