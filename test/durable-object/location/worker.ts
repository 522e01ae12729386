import { env as bindings } from "cloudflare:workers";
import { egress, keep, StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import type { Namespace, ObjectClass, ObjectState } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** What the options of this Worker are. */
  readonly HINT?: string;
  readonly JURISDICTION?: string;
  /** What the platform says of the objects of this Worker. */
  readonly ACTUAL?: string;
}

/** How objects were asked for. */
const asked: string[] = [];
const errors: string[] = [];

/** A namespace that notes down what it is asked for: workerd ignores hints, and has no jurisdictions. */
function noted(namespace: Namespace, jurisdiction = ""): Namespace & { jurisdiction: unknown } {
  return {
    idFromString: (id: string) => namespace.idFromString(id),
    idFromName: (name: string) => ({ name, id: namespace.idFromName(name) }),
    get: (id: never, ...options: readonly unknown[]) => {
      const { name, id: inner } = id as { readonly name: string; readonly id: never };
      asked.push(`${name} ${JSON.stringify(options)}${jurisdiction}`);
      return namespace.get(inner);
    },
    jurisdiction: (one: string) => {
      if (one === "nowhere") throw new Error("no such jurisdiction");
      return noted(namespace, ` in ${one}`);
    },
  };
}

const withNotes = (env: Env): Env => ({ ...env, STATEFUN: noted(env.STATEFUN) });

const records = egress("location/records", string);
const functions = new StatefulFunctions("location");
const there = functions.bind(
  "location/there",
  { accepts: string, replies: string },
  (context, text) => {
    if (text === "ask") context.reply(text);
  },
);
functions.bind("location/here", { accepts: string }, (context, id) => {
  context.send(there.at(id), "on its way");
  context.emit(records, id);
});

// The bindings of this Worker, by its own type.
const { HINT, JURISDICTION } = bindings as unknown as Env;

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(records)],
  http: { expose: "all", authenticate: "none" },
  ...(HINT === "by address" && {
    locationHint: ({ id }) => {
      if (id === "broken") throw new Error("no idea");
      return id === "west" ? "weur" : undefined;
    },
  }),
  ...(HINT !== undefined && HINT !== "by address" && { locationHint: HINT }),
  ...(JURISDICTION !== undefined && { jurisdiction: (env) => env.JURISDICTION }),
  onError: (error) => void errors.push(String(error)),
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

export class StatefulObject extends Base {
  constructor(state: ObjectState, env: Env) {
    const { ACTUAL } = env;
    if (ACTUAL !== undefined) Object.defineProperty(state.id, "jurisdiction", { value: ACTUAL });
    super(state, withNotes(env));
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/asked") return Response.json(asked.splice(0));
    if (pathname === "/test/errors") return Response.json(errors.splice(0));
    return engine.worker.fetch(request, withNotes(env));
  },
};
