import { env as bindings } from "cloudflare:workers";
import { egress, keep, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { audit, shopFunctions } from "../../moving/support/shop.ts";
import { controlled } from "../support/controlled.ts";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly PAUSED?: string;
  readonly DIRECTORY?: string;
  /** How many objects there are for all addresses. */
  readonly GROUPED?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
const shop = shopFunctions();
const stuck = egress("shop/stuck", string);

const engine = durableObjectEngine<Env>({
  modules: shop.modules,
  binding: "STATEFUN",
  egresses: [keep(audit), stuck.to(() => Promise.reject(new Error("closed today")))],
  http: {
    expose: "all",
    authenticate: "none",
    admin: { authenticate: () => ({ who: "ann", role: "write" }) },
  },
  paused: env.PAUSED === "yes",
  directory: env.DIRECTORY === "account" ? [shop.account] : env.DIRECTORY !== "no",
  ...(env.GROUPED !== undefined && {
    // Ids that are no numbers are in the first one.
    placement: ({ id }) => `group ${Number(id) % Number(env.GROUPED) || 0}`,
  }),
  onError: (error) => console.error(String(error)),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

/** How often alarms went off, and when the next one does, by name. */
const rang = new Map<string, number>();

interface Watched {
  end(): Promise<void>;
  nextAlarm(): Promise<number | null>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: ObjectState;

  constructor(state: ObjectState, given: Env) {
    super(state, given);
    this.#state = state;
  }

  override alarm(): Promise<void> {
    const name = this.#state.id.name ?? "";
    rang.set(name, (rang.get(name) ?? 0) + 1);
    return super.alarm();
  }

  async end(): Promise<void> {
    this.#state.abort("as an eviction");
  }

  nextAlarm(): Promise<number | null> {
    return this.#state.storage.getAlarm();
  }
}

async function control(path: string, query: URLSearchParams, given: Env): Promise<unknown> {
  const name = query.get("name") ?? "";
  const object = objectOf<Watched>(given.STATEFUN, name);
  if (path === "/test/end") return object.end().catch(() => "ended");
  if (path === "/test/alarm") return { rang: rang.get(name) ?? 0, next: await object.nextAlarm() };
  return undefined;
}

export default controlled(engine.worker, control);
