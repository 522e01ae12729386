import { env as bindings } from "cloudflare:workers";
import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { labels, results, smokeFunctions } from "../../remote/support/smoke.ts";
import type { Namespace, ObjectClass } from "../support/platform.ts";
import { Trouble } from "./crashes.ts";
import { doomed, orderFunctions, sink, source } from "./order.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** How many objects hold all addresses; none for one each. */
  readonly GROUPS?: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;

const trouble = new Trouble();
const groups = Number(env.GROUPS ?? 0);
const nameOf = (typename: string, id: string): string =>
  groups === 0 ? `${typename}/${id}` : `group-${Number(id) % groups}`;

/** Fails now and then, so that there are retries. */
const failing = () => {
  if (trouble.rate > 0 && Math.random() < 0.01) throw new Error("on purpose");
};

const engine = durableObjectEngine<Env>({
  modules: [
    smokeFunctions("near", failing),
    smokeFunctions("far", failing),
    smokeFunctions("old", failing),
    orderFunctions((typename, id) => trouble.crashNamed(nameOf(typename, id))),
  ],
  binding: "STATEFUN",
  egresses: [keep(labels), keep(results)],
  http: {
    expose: ["smoke/near", "smoke/far", "smoke/old", source, sink, doomed, labels, results],
    authenticate: "none",
    admin: { authenticate: "none" },
  },
  ...(groups === 0 ? {} : { placement: ({ typename, id }) => nameOf(typename, id) }),
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;
export const StatefulObject: ObjectClass<Env> = trouble.around(Base);

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/trouble") return trouble.answer(url);
    return engine.worker.fetch(request, given);
  },
};
