import { env as bindings } from "cloudflare:workers";
import { durableObjectEngine } from "statefun/durable-object";
import { directoryShards, shardAddress } from "../../../src/durable-object/directory-shards.ts";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { listed } from "../../../src/durable-object/worker/listing.ts";
import type { DurableObjectStorageLike } from "../../../src/store/drivers/durable-object-driver.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { customer, functions } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** "all", "customers", or "off". */
  readonly DIRECTORY: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
const choices = new Map<string, true | readonly (typeof customer)[]>([
  ["all", true],
  ["customers", [customer]],
]);
const directory = choices.get(env.DIRECTORY);

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  placement: ({ typename, id }) =>
    id.startsWith("group") ? (id.split(".")[0] ?? "") : `${typename}/${id}`,
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  ...(directory !== undefined && { directory }),
  onError: (error) => console.error(error),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;
type StoredState = ObjectState & { readonly storage: DurableObjectStorageLike };

/** What the platform bills, of objects by their names, over all their lives. */
export interface Bill {
  rows: number;
  alarms: number;
  batches: number;
}

const bills = new Map<string, Bill>();
const billOf = (name: string): Bill => {
  const known = bills.get(name) ?? { rows: 0, alarms: 0, batches: 0 };
  bills.set(name, known);
  return known;
};

function counted({ id, storage }: StoredState): void {
  const { setAlarm, sql } = storage;
  const exec = sql.exec.bind(sql);
  Object.assign(sql, {
    exec: (...given: Parameters<typeof exec>) => {
      const cursor = exec(...given);
      const rows = [...cursor];
      billOf(id.name ?? "").rows += cursor.rowsWritten;
      return Object.assign(rows, { rowsWritten: cursor.rowsWritten });
    },
  });
  Object.defineProperty(storage, "setAlarm", {
    value: (time: number) => {
      billOf(id.name ?? "").alarms++;
      return setAlarm.call(storage, time);
    },
  });
}

interface Watched extends ObjectRpc {
  end(): Promise<void>;
}

export class StatefulObject extends Base implements Pick<Watched, "end"> {
  readonly #state: StoredState;

  constructor(state: StoredState, given: Env) {
    counted(state);
    super(state, given);
    this.#state = state;
  }

  override async receive(...given: Parameters<InstanceType<typeof Base>["receive"]>) {
    billOf(this.#state.id.name ?? "").batches++;
    return super.receive(...given);
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

async function ask(given: Env, want: Parameters<typeof listed>[1]) {
  return listed(async ({ typename, id }, wanted) => {
    const name = `${typename}/${id}`;
    const answer = await objectOf<Watched>(given.STATEFUN, name).operate(name, "ids", wanted);
    if ("error" in answer) throw new Error(answer.error.message);
    return answer.value;
  }, want);
}

function total(): Bill & { readonly shards: Bill } {
  const sum = (of: (name: string) => boolean): Bill => {
    const all: Bill = { rows: 0, alarms: 0, batches: 0 };
    for (const [name, bill] of bills) {
      if (!of(name)) continue;
      all.rows += bill.rows;
      all.alarms += bill.alarms;
      all.batches += bill.batches;
    }
    return all;
  };
  const isShard = (name: string): boolean => name.startsWith("statefun/directory/");
  return { ...sum((name) => !isShard(name)), shards: sum(isShard) };
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const get = (name: string): string => query.get(name) ?? "";
  switch (path) {
    case "/test/ids": {
      const after = query.get("after") ?? undefined;
      const limit = Number(query.get("limit") ?? 100);
      return ask(given, { typename: get("of"), prefix: get("prefix"), after, limit });
    }
    case "/test/bill":
      return total();
    case "/test/begin":
      bills.clear();
      return {};
    case "/test/end":
      return objectOf<Watched>(given.STATEFUN, get("name"))
        .end()
        .catch(() => "ended");
    case "/test/end-shards":
      for (let shard = 0; shard < directoryShards; shard++) {
        const { typename, id } = shardAddress(shard);
        await objectOf<Watched>(given.STATEFUN, `${typename}/${id}`)
          .end()
          .catch(() => {});
      }
      return {};
    case "/test/many": {
      const client = engine.client(given);
      const [from, to] = [Number(get("from")), Number(get("to"))];
      for (let first = from; first < to; first += 50) {
        const some = Array.from({ length: Math.min(50, to - first) }, (_, index) =>
          client.send(customer.at(`${get("prefix")}${first + index}`), get("text")),
        );
        await Promise.all(some);
      }
      return {};
    }
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
