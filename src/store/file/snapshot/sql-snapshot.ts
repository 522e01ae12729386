import type { PausedRecord } from "../../../engine/contract/actions.ts";
import type {
  AcceptedRecord,
  DeadRecord,
  EgressRow,
  MessageRecord,
  TimerRecord,
} from "../../../engine/contract/records.ts";
import type { StoredInstance, StoreSnapshot } from "../../../engine/contract/snapshot.ts";
import type { WireAddress } from "../../../model/invocation.ts";
import { Damage } from "../../damage.ts";
import type { SnapshotDriver, SqlDriver } from "../../drivers/sql-driver.ts";
import { compareAddresses, type SourcePosition } from "../../snapshot/listed-snapshot.ts";
import { instanceBytes, pageOf } from "../../snapshot/page-bytes.ts";
import { asStoreError, storeFailed } from "../../store-errors.ts";
import { SqlAccepted } from "../sql-accepted.ts";
import { SqlDead } from "../sql-dead.ts";
import { SqlEgress } from "../sql-egress.ts";
import { SqlKept } from "../sql-kept.ts";
import { SqlMessages } from "../sql-messages.ts";
import { SqlPaused } from "../sql-paused.ts";
import { SqlPositions } from "../sql-positions.ts";
import { SqlProgress } from "../sql-progress.ts";
import { SqlRows } from "../sql-rows.ts";
import { SqlTimers } from "../sql-timers.ts";
import { SqlValues } from "../sql-values.ts";
import { SqlInstances } from "./sql-instances.ts";

/** A walk over the instances that stands behind the last one that was given. */
interface Walk {
  readonly instances: Generator<StoredInstance, void, undefined>;
  last: WireAddress | undefined;
}

/** A file at one moment, read in pages through a connection of its own. */
export class SqlSnapshot implements StoreSnapshot {
  readonly time: number;
  readonly lastNumber: number;
  readonly #driver: SnapshotDriver;
  readonly #instances: SqlInstances;
  readonly #messages: SqlMessages;
  readonly #timers: SqlTimers;
  readonly #egress: SqlEgress;
  readonly #kept: SqlKept;
  readonly #dead: SqlDead;
  readonly #accepted: SqlAccepted;
  readonly #positions: SqlPositions;
  readonly #paused: SqlPaused;
  #walk: Walk | undefined;
  #isClosed = false;
  readonly #onClose: () => void;

  /** Closes the driver if it throws. `onClose` hears of the end, once. */
  constructor(driver: SnapshotDriver, onClose: () => void) {
    this.#driver = driver;
    this.#onClose = onClose;
    try {
      const whole = readingDriver(driver, driver.exec.bind(driver));
      const paged = readingDriver(driver, driver.page.bind(driver));
      const { time, lastNumber } = new SqlProgress(whole).opened();
      this.time = time;
      this.lastNumber = lastNumber;
      const values = new SqlValues(whole);
      // Without a report of damage it is thrown: an export without a row would lose it silently.
      const rows = new SqlRows(paged, new Damage(whole, undefined));
      this.#instances = new SqlInstances({ ...whole, ...boundOf(driver) }, values);
      this.#messages = new SqlMessages(rows, values);
      this.#timers = new SqlTimers(rows, values);
      this.#egress = new SqlEgress(rows, values);
      this.#kept = new SqlKept(rows, values);
      this.#dead = new SqlDead(rows, values);
      this.#accepted = new SqlAccepted(rows, values);
      this.#positions = new SqlPositions(paged);
      this.#paused = new SqlPaused(new SqlRows(whole, new Damage(whole, undefined)));
    } catch (error) {
      driver.close();
      throw asStoreError(driver.name, error);
    }
  }

  instances(after: WireAddress | undefined, limit: number): StoredInstance[] {
    return this.#read(() => {
      const walk = this.#walkBehind(after);
      const page = pageOf(walk.instances, limit, instanceBytes);
      walk.last = page.at(-1)?.address ?? walk.last;
      return page;
    });
  }

  messages(after: number, limit: number): MessageRecord[] {
    return this.#read(() => this.#messages.page(after, limit));
  }

  timers(after: number, limit: number): TimerRecord[] {
    return this.#read(() => this.#timers.page(after, limit));
  }

  records(after: number, limit: number): EgressRow[] {
    return this.#read(() => {
      const unsent = this.#egress.all(after, limit);
      const kept = this.#kept.all(after, limit);
      // A page may be cut: what is behind its last number is not known.
      const ends = [unsent, kept].flatMap((page) => page.at(-1)?.number ?? []);
      return [...unsent, ...kept]
        .filter(({ number }) => number <= Math.min(...ends))
        .sort((left, right) => left.number - right.number)
        .slice(0, limit);
    });
  }

  dead(after: number, limit: number): DeadRecord[] {
    return this.#read(() => this.#dead.page(after, limit, undefined));
  }

  accepted(after: number, limit: number): AcceptedRecord[] {
    return this.#read(() => this.#accepted.page(after, limit));
  }

  positions(after: string | undefined, limit: number): SourcePosition[] {
    return this.#read(() => this.#positions.page(after, limit));
  }

  paused(): PausedRecord[] {
    return this.#read(() => this.#paused.all());
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#walk?.instances.return();
    this.#driver.close();
    this.#onClose();
  }

  /** From the beginning, unless the last page ended there. */
  #walkBehind(after: WireAddress | undefined): Walk {
    const { last } = this.#walk ?? {};
    const goesOn = last !== undefined && after !== undefined && compareAddresses(last, after) === 0;
    if (this.#walk !== undefined && goesOn) return this.#walk;
    this.#walk?.instances.return();
    const walk = { instances: behind(this.#instances.all(), after), last: after };
    this.#walk = walk;
    return walk;
  }

  #read<T>(body: () => T): T {
    const { name } = this.#driver;
    if (this.#isClosed) throw storeFailed(name, "the snapshot is closed");
    try {
      return body();
    } catch (error) {
      throw asStoreError(name, error);
    }
  }
}

function* behind(
  instances: Generator<StoredInstance, void, undefined>,
  after: WireAddress | undefined,
): Generator<StoredInstance, void, undefined> {
  for (const instance of instances) {
    if (after === undefined || compareAddresses(instance.address, after) > 0) yield instance;
  }
}

function boundOf(driver: SnapshotDriver): SnapshotDriver {
  return {
    name: driver.name,
    maxValueBytes: driver.maxValueBytes,
    exec: driver.exec.bind(driver),
    page: driver.page.bind(driver),
    rows: driver.rows.bind(driver),
    close: driver.close.bind(driver),
  };
}

/** As the classes of the tables want it, which never write here. */
function readingDriver(
  { name, maxValueBytes }: SnapshotDriver,
  exec: SqlDriver["exec"],
): SqlDriver {
  const refuse = (): never => {
    throw storeFailed(name, "a snapshot is not written to");
  };
  return {
    name,
    maxValueBytes,
    exec,
    change: refuse,
    transaction: refuse,
    durable: refuse,
    close: refuse,
  };
}
