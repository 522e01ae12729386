import { env as bindings } from "cloudflare:workers";
import { address, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { functions, ran, service } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly SERVICE: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
service.url = env.SERVICE;

/** Timers of this isolate that have neither fired nor been cleared, by their length. */
const timers = new Map<unknown, number>();
const [set, clear] = [globalThis.setTimeout, globalThis.clearTimeout];
globalThis.setTimeout = ((run: () => void, delayMs = 0) => {
  const timer = set(() => {
    timers.delete(timer);
    run();
  }, delayMs);
  timers.set(timer, delayMs);
  return timer;
}) as typeof setTimeout;
globalThis.clearTimeout = ((timer: never) => {
  timers.delete(timer);
  clear(timer);
}) as typeof clearTimeout;

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  // Ids like `group.…` share an object.
  placement: ({ typename, id }) =>
    id.startsWith("group") ? (id.split(".")[0] ?? "") : `${typename}/${id}`,
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: (error) => console.error(error),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;
type StoredState = ObjectState & { readonly storage: DurableObjectStorageLike };

export interface Counts {
  windows: number;
  alarmsSet: number;
  alarms: number;
  rpcs: number;
}

/** Of objects by their names, over all their lives. */
const counts = new Map<string, Counts>();
const ofName = (name: string): Counts => {
  const known = counts.get(name) ?? { windows: 0, alarmsSet: 0, alarms: 0, rpcs: 0 };
  counts.set(name, known);
  return known;
};

/** Counts transactions that write rows, and alarms that are set. */
function counted({ id, storage }: StoredState): void {
  const { transactionSync, setAlarm, sql } = storage;
  const exec = sql.exec.bind(sql);
  let written = 0;
  Object.assign(sql, {
    exec: (...given: Parameters<typeof exec>) => {
      if (/^(INSERT|UPDATE|DELETE|REPLACE|CREATE)/.test(given[0])) written++;
      return exec(...given);
    },
  });
  Object.defineProperty(storage, "transactionSync", {
    value: <T>(body: () => T): T => {
      const before = written;
      const result = transactionSync.call(storage, body) as T;
      if (written > before) ofName(id.name ?? "").windows++;
      return result;
    },
  });
  Object.defineProperty(storage, "setAlarm", {
    value: (time: number) => {
      ofName(id.name ?? "").alarmsSet++;
      return setAlarm.call(storage, time);
    },
  });
}

interface Watched {
  end(): Promise<void>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: StoredState;

  constructor(state: StoredState, given: Env) {
    counted(state);
    super(state, given);
    this.#state = state;
  }

  override receive(...given: Parameters<InstanceType<typeof Base>["receive"]>) {
    ofName(this.#state.id.name ?? "").rpcs++;
    return super.receive(...given);
  }

  override alarm(): Promise<void> {
    ofName(this.#state.id.name ?? "").alarms++;
    return super.alarm();
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const name = query.get("name") ?? "";
  switch (path) {
    case "/test/counts":
      return ofName(name);
    case "/test/ran":
      return ran.get(name) ?? 0;
    case "/test/begin":
      counts.delete(name);
      return {};
    case "/test/many": {
      const [space = "", typename = "", id = ""] = name.split("/");
      const to = address(`${space}/${typename}`, id);
      const send = () => engine.client(given).send(to, string.of(id));
      return Promise.all(Array.from({ length: 50 }, send)).then(() => ({}));
    }
    case "/test/timers":
      return [...timers.values()];
    case "/test/end":
      return objectOf<Watched>(given.STATEFUN, name)
        .end()
        .catch(() => "ended");
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
