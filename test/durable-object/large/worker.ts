import { durableObjectEngine } from "statefun/durable-object";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { functions, gate } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

/** What `onError` has heard. */
const errors: string[] = [];

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  placement: ({ typename, id }) =>
    // The timers of an instance, and what they count, are in one object.
    typename === "large/timers" || !id.startsWith("leaf-") ? id : `${typename}/${id}`,
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: (error) => void errors.push(String(error)),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

interface Watched {
  rowsRead(): Promise<number>;
  stored(): Promise<number>;
  nextAlarm(): Promise<number | null>;
}

type StoredState = ObjectState & { readonly storage: DurableObjectStorageLike };

export class StatefulObject extends Base implements Watched {
  readonly #state: StoredState;
  #rowsRead = 0;

  constructor(state: StoredState, given: Env) {
    const { storage } = state;
    const counted = withRowsRead(storage, (rows) => {
      this.#rowsRead += rows;
    });
    // The platform's own base class wants the state itself.
    Object.defineProperty(state, "storage", { value: counted });
    super(state, given);
    this.#state = state;
  }

  /** Rows read since the object was opened. */
  async rowsRead(): Promise<number> {
    return this.#rowsRead;
  }

  async stored(): Promise<number> {
    return this.#state.storage.sql.databaseSize;
  }

  nextAlarm(): Promise<number | null> {
    return this.#state.storage.getAlarm();
  }
}

/** The same storage, which says how many rows each statement has read. */
function withRowsRead(
  storage: DurableObjectStorageLike,
  read: (rows: number) => void,
): DurableObjectStorageLike {
  const { sql } = storage;
  const exec: typeof sql.exec = (text, ...params) => {
    // The platform's cursor counts these too.
    const cursor = sql.exec(text, ...params) as ReturnType<typeof sql.exec> & {
      readonly rowsRead: number;
    };
    const rows = [...cursor];
    read(cursor.rowsRead);
    return Object.assign(rows, { rowsWritten: cursor.rowsWritten });
  };
  return new Proxy(storage, {
    get: (inner, name) => {
      if (name === "sql") return { exec, databaseSize: sql.databaseSize };
      const value: unknown = Reflect.get(inner, name);
      return typeof value === "function" ? value.bind(inner) : value;
    },
  });
}

async function control(path: string, query: URLSearchParams, env: Env): Promise<unknown> {
  const object = () => objectOf<Watched>(env.STATEFUN, query.get("id") ?? "");
  switch (path) {
    case "/test/gate":
      gate.isOpen = query.get("is") === "open";
      return {};
    case "/test/errors":
      return errors;
    case "/test/rows-read":
      return object().rowsRead();
    case "/test/stored":
      return object().stored();
    case "/test/alarm":
      return object().nextAlarm();
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
