import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import type { SqlDriver, SqlValue } from "../../../src/store/drivers/sql-driver.ts";
import { objectSchema } from "../../../src/store/object/object-schema.ts";
import type { World } from "../world.ts";

export interface Snapshot {
  readonly rows: readonly Record<string, SQLOutputValue>[];
  readonly alarm: number | null;
}

/** More windows than this are not kept apart: the database would get slow. */
const mostOpen = 64;

/** Puts a bug into the storage of all objects. */
export type StorageBug = "forgets alarms" | "lets answers go without an alarm";

/**
 * What the platform stores for one object: a database and an alarm, which outlive its lives. A transaction that was not
 * flushed before a life ended may be lost, and then all that came after it.
 */
export class ObjectDisk {
  readonly #world: World;
  #database = new DatabaseSync(":memory:");
  #statements = new Map<string, StatementSync>();
  /** The alarm before each transaction that is kept apart, as a savepoint. */
  #open: (number | null)[] = [];
  /** How many of these were flushed. */
  #synced = 0;
  alarm: number | null = null;
  /** Is told that there is another alarm, which its object may have set. */
  onAlarm: (isSet: boolean) => void = () => {};
  /** Rows, in the transaction that is open or was the last one. */
  #hasWritten = true;
  /** How many alarms were set. */
  alarmsSet = 0;

  constructor(world: World) {
    this.#world = world;
  }

  get hasRows(): boolean {
    const sql = "SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'statefun'";
    return Number(this.#database.prepare(sql).get()?.["tables"]) > 0;
  }

  /** For one life: `check` throws when it is over, and may end it. */
  storage(check: (where?: string) => void, bug: StorageBug | undefined): DurableObjectStorageLike {
    const sync = async (): Promise<void> => {
      check();
      const mark = this.#open.length;
      if (this.#world.happens("slowDisk")) {
        await this.#world.scheduler.wait(this.#world.dice.delayMs(30));
      }
      check("before a release");
      this.#synced = Math.max(this.#synced, Math.min(mark, this.#open.length));
    };
    return {
      sql: {
        databaseSize: 4_096,
        exec: (sql, ...params) => {
          check();
          return this.#exec(sql, params);
        },
      },
      // What earlier versions have left there.
      kv: { get: () => undefined },
      transactionSync: (body) => this.#transaction(body, check),
      getAlarm: async () => this.alarm,
      setAlarm: async (time) => {
        check();
        this.alarmsSet++;
        if (bug === "forgets alarms" && this.alarmsSet % 2 === 0) return;
        // That for an answer has a transaction of its own.
        if (bug === "lets answers go without an alarm" && !this.#hasWritten) return;
        this.alarm = time;
        this.onAlarm(true);
      },
      deleteAlarm: async () => {
        this.alarm = null;
      },
      deleteAll: async () => {
        check();
        this.#database.close();
        this.#database = new DatabaseSync(":memory:");
        this.#statements = new Map();
        [this.#open, this.#synced] = [[], 0];
      },
      sync,
    };
  }

  /** What an alarm has written is safe before the platform forgets that alarm. */
  flush(): void {
    this.#synced = this.#open.length;
  }

  /** A life has ended. */
  crash(isPowerLost: boolean): void {
    const { dice } = this.#world;
    const kept = isPowerLost ? dice.integer(this.#synced, this.#open.length) : this.#open.length;
    if (kept < this.#open.length) {
      this.#database.exec(`ROLLBACK TO w${kept}`);
      this.alarm = this.#open[kept] ?? null;
    }
    this.#release();
    this.onAlarm(false);
  }

  /** All rows as they are, for `restore`. Nothing may be running. */
  snapshot(): Snapshot {
    if (!this.hasRows) return { rows: [], alarm: this.alarm };
    return { rows: this.#database.prepare("SELECT * FROM statefun").all(), alarm: this.alarm };
  }

  /** As the platform sets an object back to an earlier time, its alarm included. */
  restore({ rows, alarm }: Snapshot): void {
    this.#release();
    this.#database.close();
    this.#database = new DatabaseSync(":memory:");
    this.#statements = new Map();
    if (rows.length > 0) objectSchema.create(this.driver());
    for (const row of rows) {
      const names = Object.keys(row);
      const marks = names.map(() => "?").join(", ");
      const sql = `INSERT INTO statefun (${names.join(", ")}) VALUES (${marks})`;
      this.#database.prepare(sql).run(...Object.values(row));
    }
    this.alarm = alarm;
    this.onAlarm(true);
  }

  /** For looking at what is left, while no life is under way. */
  driver(): SqlDriver {
    return {
      name: "what is left",
      maxValueBytes: 2_000_000,
      exec: (sql, ...params) => [...this.#exec(sql, params)] as never,
      change: (sql, ...params) => this.#exec(sql, params).rowsWritten > 0,
      transaction: (body) => body(),
      durable: async () => {},
      close: () => {},
    };
  }

  #transaction<T>(body: () => T, check: (where?: string) => void): T {
    check("before a commit");
    const { alarm } = this;
    const name = `w${this.#open.length}`;
    this.#database.exec(`SAVEPOINT ${name}`);
    this.#hasWritten = false;
    let result: T;
    try {
      result = body();
    } catch (error) {
      this.#database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
      this.alarm = alarm;
      throw error;
    }
    this.#open.push(alarm);
    if (this.#open.length > mostOpen && this.#synced === this.#open.length - 1) this.#release();
    check("after a commit");
    return result;
  }

  /** All of it is safe. */
  #release(): void {
    if (this.#open.length > 0) this.#database.exec("RELEASE w0");
    [this.#open, this.#synced] = [[], 0];
  }

  #exec(sql: string, params: readonly SqlValue[]) {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    if (!sql.startsWith("SELECT")) this.#hasWritten = true;
    const isRead = /^\s*SELECT|RETURNING/.test(sql);
    const rows = isRead ? statement.all(...params) : [];
    const rowsWritten = isRead ? rows.length : Number(statement.run(...params).changes);
    return Object.assign(rows as Record<string, unknown>[], { rowsWritten });
  }
}
