import { env as bindings } from "cloudflare:workers";
import { functionRef, int, StatefulFunctions } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { Trouble } from "../smoke/crashes.ts";
import type { Namespace, ObjectClass } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** What a handler waits for. */
  readonly WAITS: "nothing" | "timers";
}

// The bindings of this Worker, by its own type.
const { WAITS } = bindings as unknown as Env;
const trouble = new Trouble();
const functions = new StatefulFunctions("alone");
/** Links of a chain: each counts, and sends on. */
const steps = ["first", "second", "third"] as const;
const refs = steps.map((step) => functionRef(`alone/${step}`, int));

for (const [index, ref] of refs.entries()) {
  const state = { count: { type: int, initial: 0 } };
  functions.implement(ref, { state }, async (context, number) => {
    const { id } = context.self;
    if (WAITS === "timers") await new Promise((resolve) => setTimeout(resolve, 5 * Math.random()));
    trouble.crashNamed(`${ref.typename}/${id}`);
    context.state.count += 1;
    const next = refs[index + 1];
    if (next === undefined) return;
    // Some go on by a timer: of it too nobody else knows.
    if (number % 4 === 3) context.sendAfter(500, next.at(id), number);
    else context.send(next.at(id), number);
  });
}

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: {
    expose: refs,
    authenticate: "none",
    admin: { authenticate: "none" },
  },
  onError: () => {},
});

const Base = engine.StatefulObject as unknown as ObjectClass<Env>;
export const StatefulObject: ObjectClass<Env> = trouble.around(Base);

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname === "/trouble") return trouble.answer(url);
    return engine.worker.fetch(request, env);
  },
};
