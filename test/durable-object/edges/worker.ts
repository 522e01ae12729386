import { env as bindings } from "cloudflare:workers";
import { address, int, keep, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import {
  type DurableObjectStorageLike,
  durableObjectDriver,
} from "../../../src/store/drivers/durable-object-driver.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { blob, edgeFunctions, kept, late, placement, world } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** Set by a deploy that binds the egress that was missing. */
  readonly LATE?: string;
  /** Set where the platform tells no object its name, as not every one does. */
  readonly NAMELESS?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

const delivered: string[] = [];
const lateOnes = late.to((records) => void delivered.push(...records.map(({ value }) => value)));

const engine = durableObjectEngine<Env>({
  modules: [edgeFunctions],
  binding: "STATEFUN",
  placement,
  egresses: env.LATE === undefined ? [keep(kept)] : [keep(kept), lateOnes],
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

type StoredState = ObjectState & {
  readonly storage: DurableObjectStorageLike & {
    onNextSessionRestoreBookmark(bookmark: string): Promise<string>;
  };
  /** Objects within this one, with storages of their own. */
  readonly facets: {
    get(name: string, options: () => { readonly class: unknown; readonly id: unknown }): ObjectRpc;
    clone(from: string, to: string): void;
  };
  readonly exports: { readonly StatefulObject: unknown };
};

interface Watched {
  end(): Promise<void>;
  nextAlarm(): Promise<number | null>;
  wake(): Promise<void>;
  ringEarly(): Promise<number | null>;
  rewind(): Promise<string>;
  facet(to: string, clonedFrom?: string): Promise<string>;
  ring(offsetMs: number): Promise<void>;
  rings(): Promise<number>;
  tables(): Promise<readonly string[]>;
  keepName(name: string): Promise<void>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: StoredState;

  constructor(state: StoredState, given: Env) {
    if (given.NAMELESS !== undefined) Object.defineProperty(state.id, "name", { value: undefined });
    super(state, given);
    this.#state = state;
  }

  /** A send that waits for long. */
  override async send(...given: Parameters<InstanceType<typeof Base>["send"]>) {
    if (given[1].target.id === "slow") await new Promise((resolve) => setTimeout(resolve, 60_000));
    return super.send(...given);
  }

  #refusedAt = 0;

  /** One of this name cannot be reached until its sender has waited for more than two seconds. */
  override async receive(...given: Parameters<InstanceType<typeof Base>["receive"]>) {
    const waitedMs = this.#refusedAt === 0 ? 0 : Date.now() - this.#refusedAt;
    if (given[0] !== "edge/counted/down" || waitedMs > 2_000) return super.receive(...given);
    this.#refusedAt = Date.now();
    throw new Error("down");
  }

  #rings: { readonly offsetMs: number; count: number } | undefined;

  /** Alarms that are set, in `alarm`, so much after now, as our store sets them. */
  async ring(offsetMs: number): Promise<void> {
    this.#rings = { offsetMs, count: 0 };
    await this.#state.storage.setAlarm(Date.now() + 20);
  }

  async rings(): Promise<number> {
    return this.#rings?.count ?? 0;
  }

  override async alarm(): Promise<void> {
    if (this.#rings === undefined) return super.alarm();
    this.#rings.count++;
    if (this.#rings.count > 5) return;
    const driver = await durableObjectDriver(this.#state.storage);
    const { offsetMs } = this.#rings;
    driver.transaction(() => driver.wakeAt?.(Date.now() + offsetMs));
    await driver.durable();
  }

  /** What the storage has; entries of the platform's own storage of keys are a table of their own. */
  async tables(): Promise<readonly string[]> {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    return Array.from(this.#state.storage.sql.exec(sql), ({ name }) => String(name));
  }

  /** As earlier versions kept it. */
  async keepName(name: string): Promise<void> {
    const { kv } = this.#state.storage as unknown as {
      readonly kv: { put(key: string, value: string): void };
    };
    kv.put("statefun-name", name);
  }

  nextAlarm(): Promise<number | null> {
    return this.#state.storage.getAlarm();
  }

  wake(): Promise<void> {
    return this.alarm();
  }

  /** What the platform has to restore an earlier state. */
  rewind(): Promise<string> {
    return outcome(this.#state.storage.onNextSessionRestoreBookmark("0".repeat(8)));
  }

  /** A send to an engine in a facet of this object, which may be a clone of another facet. */
  facet(to: string, clonedFrom?: string): Promise<string> {
    const { facets, exports } = this.#state;
    const name = clonedFrom === undefined ? to : `${to} of ${clonedFrom}`;
    if (clonedFrom !== undefined) facets.clone(clonedFrom, name);
    const id = env.STATEFUN.idFromName(to);
    const engineOf = facets.get(name, () => ({ class: exports.StatefulObject, id }));
    const target = { typename: "edge/counted", id: to.replace("edge/counted/", "") };
    const argument = { typename: string.typename, bytes: string.encode("told"), headers: [] };
    const arrival = { target, argument, idempotencyKey: undefined, delayMs: 0 };
    return outcome(
      engineOf.send(to, arrival).then((result) => {
        if ("error" in result) throw result.error;
      }),
    );
  }

  /** The alarm that is set goes off now, as by a clock that is ahead, or by a tool for tests. */
  async ringEarly(): Promise<number | null> {
    await this.#state.storage.deleteAlarm();
    await this.alarm();
    return this.#state.storage.getAlarm();
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

/** What a send ends with: its code, or `taken`. */
function outcome(sent: Promise<unknown>): Promise<string> {
  return sent.then(
    () => "taken",
    (error) => `${Object(error).code ?? Object(error).name}: ${String(error).slice(0, 300)}`,
  );
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const client = engine.client(given);
  const id = query.get("id") ?? "";
  const size = Number(query.get("size"));
  switch (path) {
    case "/test/break":
      world.isBroken = query.get("is") === "broken";
      return {};
    case "/test/tried":
      return world.tried;
    case "/test/flaky":
      return world.flaky;
    case "/test/delivered":
      return delivered;
    case "/test/end":
      return objectOf<Watched>(given.STATEFUN, id)
        .end()
        .then(
          () => "not ended",
          () => "ended",
        );
    case "/test/send":
      return outcome(client.send(address("edge/counted", id), string.of("told")));
    case "/test/call":
      return outcome(client.call(address("edge/counted", id), string.of("ask"), { reply: int }));
    case "/test/header": {
      const headers: [string, Uint8Array][] = [["large", new Uint8Array(size)]];
      return outcome(client.send(address("edge/counted", "h"), string.of("told"), { headers }));
    }
    case "/test/id":
      return outcome(client.send(address("edge/counted", "x".repeat(size)), string.of("told")));
    case "/test/view": {
      // Eight bytes of a buffer that has many.
      const value = blob.of(new Uint8Array(size).subarray(0, 8));
      return outcome(client.send(address("edge/counted", "view"), value));
    }
    case "/test/list": {
      let [after, count] = ["0", 0];
      for (;;) {
        const page = await client.deadLetters.list({ after, limit: 10_000 });
        count += page.length;
        const last = page.at(-1);
        if (last === undefined) return count;
        after = last.id;
      }
    }
    case "/test/alarm":
      return objectOf<Watched>(given.STATEFUN, id).nextAlarm();
    case "/test/wake":
      return objectOf<Watched>(given.STATEFUN, id).wake();
    case "/test/rewind":
      return objectOf<Watched>(given.STATEFUN, id).rewind();
    case "/test/facet":
      return objectOf<Watched>(given.STATEFUN, id).facet(
        query.get("to") ?? "",
        query.get("from") ?? undefined,
      );
    case "/test/ring-early":
      return objectOf<Watched>(given.STATEFUN, id).ringEarly();
    case "/test/ring":
      return objectOf<Watched>(given.STATEFUN, id).ring(Number(query.get("ms")));
    case "/test/tables":
      return objectOf<Watched>(given.STATEFUN, id).tables();
    case "/test/keep-name":
      return objectOf<Watched>(given.STATEFUN, id).keepName(id);
    case "/test/by-text": {
      const text = String(given.STATEFUN.idFromName(`edge/sender/${id}`));
      const object = given.STATEFUN.get(given.STATEFUN.idFromString(text) as never) as ObjectRpc;
      const argument = {
        typename: string.typename,
        bytes: string.encode(query.get("text") ?? ""),
        headers: [],
      };
      const target = { typename: "edge/sender", id };
      const arrival = { target, argument, idempotencyKey: undefined, delayMs: 0 };
      return object.send(`edge/sender/${id}`, arrival);
    }
    case "/test/rings":
      return objectOf<Watched>(given.STATEFUN, id).rings();
    case "/test/object":
      return String(given.STATEFUN.idFromName(id));
    case "/test/abort": {
      const signal = AbortSignal.timeout(Number(query.get("ms")));
      const from = Date.now();
      const end = await outcome(
        client.send(address("edge/counted", id), string.of("told"), { signal }),
      );
      return { end, ms: Date.now() - from };
    }
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
