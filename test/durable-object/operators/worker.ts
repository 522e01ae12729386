import { env as bindings } from "cloudflare:workers";
import { egress, keep, StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import type { ObjectRpc } from "../../../src/durable-object/object-rpc.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly DIRECTORY: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
const functions = new StatefulFunctions("operators");
const state = { name: string } as const;

const log = egress("shop/log", string);

const customer = functions.bind(
  "shop/customer",
  { accepts: string, state, retry: { maxAttempts: 1 } },
  (context, text) => {
    if (text === "bad") throw new Error(`cannot do ${text}`);
    if (text.startsWith("log:")) context.emit(log, text.slice(4));
    else if (text === "gone") context.state.name = undefined;
    else if (text.startsWith("later:"))
      context.sendAfter(60_000, customer.at(context.self.id), text.slice(6));
    else context.state.name = `${context.state.name ?? ""}${text}`;
  },
);

/** Answers with all that came. */
functions.bind("shop/echo", { accepts: string, replies: string, state }, (context, text) => {
  context.state.name = `${context.state.name ?? ""}${text} `;
  if (context.caller !== undefined) context.reply(context.state.name);
});

/** Its head stays where it is for a minute after it has failed. */
functions.bind(
  "shop/stuck",
  {
    accepts: string,
    state,
    retry: { maxAttempts: 1_000, initialDelayMs: 60_000, maxDelayMs: 60_000 },
  },
  (context, text) => {
    if (text === "bad") throw new Error("not now");
    context.state.name = text;
  },
);

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(log)],
  http: {
    expose: "all",
    authenticate: "none",
    admin: { authenticate: () => ({ who: "ann", role: "write" }) },
  },
  ...(env.DIRECTORY === "on" && { directory: true }),
  ...(env.DIRECTORY === "customers" && { directory: [customer] }),
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

interface Watched extends ObjectRpc {
  end(): Promise<void>;
  alarmIn(): Promise<number | null>;
}

/** How often alarms of objects were handled, and were set, by name. */
const rang = new Map<string, { rang: number; set: number }>();
const rangOf = (name: string) => {
  const known = rang.get(name) ?? { rang: 0, set: 0 };
  rang.set(name, known);
  return known;
};

export class StatefulObject extends Base implements Pick<Watched, "end" | "alarmIn"> {
  readonly #state: ObjectState;

  constructor(state: ObjectState, given: Env) {
    const { storage } = state as unknown as { storage: { setAlarm(time: number): Promise<void> } };
    const setAlarm = storage.setAlarm.bind(storage);
    Object.defineProperty(storage, "setAlarm", {
      value: (time: number) => {
        rangOf(state.id.name ?? "").set++;
        return setAlarm(time);
      },
    });
    super(state, given);
    this.#state = state;
  }

  override async alarm(): Promise<void> {
    await super.alarm();
    rangOf(this.#state.id.name ?? "").rang++;
  }

  /** In how many milliseconds the next alarm goes off, if one is set. */
  async alarmIn(): Promise<number | null> {
    const { storage } = this.#state as unknown as {
      storage: { getAlarm(): Promise<number | null> };
    };
    const time = await storage.getAlarm();
    return time === null ? null : time - Date.now();
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const get = (name: string): string => query.get(name) ?? "";
  const object = (): Watched => objectOf<Watched>(given.STATEFUN, get("name"));
  switch (path) {
    case "/test/end":
      return object()
        .end()
        .catch(() => "ended");
    case "/test/alarms":
      return rangOf(get("name"));
    case "/test/alarm-in":
      return object().alarmIn();
    case "/test/operate":
      return object().operate(get("to"), get("kind") as never, JSON.parse(get("asked")) as never);
    case "/test/act":
      return object().act(get("to"), JSON.parse(get("order")));
    default:
      return undefined;
  }
}

export default controlled(engine.worker, control);
