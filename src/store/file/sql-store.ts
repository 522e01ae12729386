import type { AddressReads } from "../../engine/contract/address-reads.ts";
import type { StoreSnapshot } from "../../engine/contract/snapshot.ts";
import type { Store as EngineStore } from "../../engine/contract/store.ts";
import { StateFunError } from "../../internal/errors.ts";
import type { BackupSource, FileStore } from "../backup-source.ts";
import { DriverStore } from "../driver-store.ts";
import type { SqlDriver } from "../drivers/sql-driver.ts";
import { prepareSchema, type Schema } from "../schema.ts";
import { SqlData } from "./sql-data.ts";
import type { HashId } from "./sql-places.ts";
import { currentSchema } from "./sql-schema.ts";

/**
 * A store over SQLite. `openDriver` is called when the store opens: it takes the lock, or rejects. The driver
 * is closed with the store, and when opening fails. `hash` is another one for long ids, in tests.
 */
export function createSqlStore(
  openDriver: () => Promise<SqlDriver>,
  schema: Schema = currentSchema,
  hash?: HashId,
): EngineStore {
  return new SqlStore(openDriver, (driver, damage) => {
    prepareSchema(driver, schema);
    const data = new SqlData(driver, damage, hash);
    return { data, opened: data.progress.opened() };
  });
}

class SqlStore extends DriverStore<SqlData> implements FileStore {
  readonly #snapshots = new Set<StoreSnapshot>();

  async snapshot(): Promise<StoreSnapshot> {
    const { SqlSnapshot } = await import("./snapshot/sql-snapshot.ts");
    const { driver } = this;
    const reader = driver.snapshot?.();
    if (reader !== undefined) {
      const snapshot: StoreSnapshot = new SqlSnapshot(reader, () =>
        this.#snapshots.delete(snapshot),
      );
      this.#snapshots.add(snapshot);
      return snapshot;
    }
    throw new StateFunError(
      "unsupported",
      `${driver.name} has only one connection: it cannot be read at one moment`,
    );
  }

  readonly addresses: AddressReads = {
    withStates: (...asked) => this.use(({ cells }) => cells.addresses.withStates(...asked)),
    owners: (want) => this.use(({ cells }) => cells.addresses.owners(want)),
    sizes: (...asked) => this.use(({ cells }) => cells.addresses.sizes(...asked)),
  };

  /** The last connection to close copies the log into the database, which one that only reads cannot. */
  override close(): void {
    for (const snapshot of this.#snapshots) snapshot.close();
    super.close();
  }

  backupSource(): BackupSource | undefined {
    return this.driver.backupSource?.();
  }
}
