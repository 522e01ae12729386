import { env as bindings } from "cloudflare:workers";
import { address, int, keep, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";
import { isolationFunctions, laterFunctions, said, unbound, world } from "./functions.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** Set by a deploy that has what was missing. */
  readonly LATER?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

/** Time is moved on from here: alarms come by the platform's own time. */
const clock = { aheadMs: 0 };
const platformNow = Date.now.bind(Date);
Date.now = () => platformNow() + clock.aheadMs;

const isLater = env.LATER !== undefined;

const engine = durableObjectEngine<Env>({
  modules: isLater ? [isolationFunctions, laterFunctions] : [isolationFunctions],
  binding: "STATEFUN",
  egresses: isLater ? [keep(said), keep(unbound)] : [keep(said)],
  timeoutMs: 4_000,
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

/** What a test asks of an object beside its own. */
interface Watched {
  tables(): Promise<number>;
  nextAlarm(): Promise<number | null>;
  wake(): Promise<void>;
  end(): Promise<void>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: ObjectState;

  constructor(state: ObjectState, given: Env) {
    super(state, given);
    this.#state = state;
  }

  async tables(): Promise<number> {
    return [...this.#state.storage.sql.exec("SELECT name FROM sqlite_schema")].length;
  }

  nextAlarm(): Promise<number | null> {
    return this.#state.storage.getAlarm();
  }

  wake(): Promise<void> {
    return this.alarm();
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

/** What an object says to nonsense. */
async function letters(name: string, given: Env): Promise<unknown> {
  const object = objectOf<Nonsense>(given.STATEFUN, name);
  const target = { typename: "iso/counter", id: "neighbour" };
  const message = { target, argument: { typename: "x", bytes: "no bytes", headers: [] } };
  const batch = { from: "x", epoch: 1, first: 1, messages: [message] };
  const own = { target: { typename: "statefun/dead-letter", id: "" }, delayMs: 0 };
  const value = { typename: "x", bytes: new Uint8Array(1), headers: [] };
  const answers = await Promise.all([
    object.receive(name, undefined),
    object.receive(name, batch),
    object.receive(name, { ...batch, epoch: Number.NaN }),
    object.send(name, { target: "x" }),
    object.send(name, { ...own, argument: value }),
    object.call(name, { ...own, argument: value }, 1_000),
  ]);
  return answers.map((answer) => Object(Object(answer).error).code);
}

interface Nonsense {
  receive(to: string, batch: unknown): Promise<unknown>;
  send(to: string, arrival: unknown): Promise<unknown>;
  call(to: string, arrival: unknown, timeoutMs: number): Promise<unknown>;
}

/** Fills a mailbox as far as it goes. */
async function fill(given: Env, count: number): Promise<unknown> {
  const client = engine.client(given);
  const codes = new Map<string, number>();
  for (let sent = 0; sent < count; sent += 500) {
    const some = Array.from({ length: Math.min(500, count - sent) }, async (_, index) => {
      const code = await client.send(address("iso/stuck", "1"), int.of(sent + index)).then(
        () => "taken",
        (error) => String(Object(error).code),
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    await Promise.all(some);
  }
  return Object.fromEntries(codes);
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const object = () => objectOf<Watched>(given.STATEFUN, query.get("object") ?? "");
  switch (path) {
    case "/test/fix":
      world.isFixed = query.get("is") === "fixed";
      return {};
    case "/test/ahead":
      clock.aheadMs = Number(query.get("ms"));
      return {};
    case "/test/fill":
      return fill(given, Number(query.get("count")));
    case "/test/tables":
      return object().tables();
    case "/test/alarm":
      return object().nextAlarm();
    case "/test/wake":
      await object().wake();
      return {};
    case "/test/end":
      return object()
        .end()
        .then(
          () => "not ended",
          () => "ended",
        );
    case "/test/far": {
      const far = address("iso/far", query.get("id") ?? "");
      const client = engine.client(given);
      const delayMs = Number(query.get("ms"));
      if (delayMs > 0) await client.send(far, string.of(""), { delayMs });
      return client.call(far, string.of(query.get("inside") ?? ""), { reply: int });
    }
    case "/test/letters":
      return letters(query.get("object") ?? "", given);
    case "/test/client": {
      const client = engine.client(given);
      const to = address("iso/counter", "client");
      const sent = await client.send(to, int.of(5), { idempotencyKey: "k" });
      const again = await client.send(to, int.of(5), { idempotencyKey: "k" });
      const reply = await client.call(to, int.of(1), { reply: int });
      return { same: sent.id === again.id, reply, dead: await client.deadLetters.list() };
    }
    case "/test/wrong":
      try {
        // As somebody who writes no types.
        durableObjectEngine<Env>({ modules: [], binding: "STATEFUN", store: {} } as never);
        return "taken";
      } catch (error) {
        return String(error);
      }
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
