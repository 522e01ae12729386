import { address, int, StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import {
  type Namespace,
  type ObjectClass,
  type ObjectState,
  objectOf,
} from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

const states = new Map<string, ObjectState>();
/** How many runs of a function have begun, by its address. */
const runs = new Map<string, number>();
const functions = new StatefulFunctions("guilt");
const began = (path: string) => runs.set(path, (runs.get(path) ?? 0) + 1);

/** Ends its object, at once. */
functions.bind("guilt/deadly", { accepts: string }, ({ self }) => {
  const path = `${self.typename}/${self.id}`;
  began(path);
  states.get(path)?.abort("a message that kills");
});
functions.bind("guilt/sender", { accepts: string }, (context, to) => {
  context.send(address("guilt/deadly", to), string.of("die"));
});
functions.bind(
  "guilt/slow",
  { accepts: string, state: { count: { type: int, initial: 0 } } },
  async (context) => {
    began(`${context.self.typename}/${context.self.id}`);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    context.state.count++;
  },
);

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;

interface Watched {
  end(): Promise<void>;
}

export class StatefulObject extends Base implements Watched {
  readonly #state: ObjectState;

  constructor(state: ObjectState, given: Env) {
    super(state, given);
    this.#state = state;
    if (state.id.name !== undefined) states.set(state.id.name, state);
  }

  async end(): Promise<void> {
    this.#state.abort("as by a deploy");
  }
}

export default {
  async fetch(request: Request, given: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get("name") ?? "";
    if (pathname === "/test/runs") return Response.json(runs.get(name) ?? 0);
    if (pathname === "/test/end") {
      const ended = objectOf<Watched>(given.STATEFUN, name).end();
      return Response.json(
        await ended.then(
          () => "not ended",
          () => "ended",
        ),
      );
    }
    return engine.worker.fetch(request, given);
  },
};
