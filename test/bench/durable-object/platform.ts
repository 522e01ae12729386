/** What the Worker of this benchmark uses of the platform. */
export interface Cursor extends Iterable<Record<string, unknown>> {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface ObjectState {
  readonly id: { toString(): string };
  readonly storage: {
    transactionSync<T>(body: () => T): T;
    setAlarm(time: number): Promise<void>;
    readonly sql: {
      readonly databaseSize: number;
      exec(sql: string, ...params: readonly (string | number)[]): Cursor;
    };
  };
}

export interface Namespace {
  idFromName(name: string): unknown;
  get(id: never): unknown;
}

export interface Env {
  readonly STATEFUN: Namespace;
  readonly BARE: Namespace;
  /** Set where rows are counted instead of time. */
  readonly COUNTED?: string;
}

/** The object of this name. What it is called by is there by RPC. */
export function objectOf<T>(namespace: Namespace, name: string): T {
  return namespace.get(namespace.idFromName(name) as never) as T;
}
