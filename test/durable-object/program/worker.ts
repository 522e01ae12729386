import { env as bindings } from "cloudflare:workers";
import { egress, keep, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { interpreter, labels, marks, verifications } from "../../simulation/commands.ts";
import { bindInterpreter } from "../../simulation/interpreter.ts";
import { Trouble } from "../smoke/crashes.ts";
import type { Namespace, ObjectClass } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** What handlers wait for: "nothing", or timers of this process. */
  readonly WAITS: "nothing" | "timers";
}

// The bindings of this Worker, by its own type.
const { WAITS } = bindings as unknown as Env;
const trouble = new Trouble();

/** Every other address has an object of its own; the others share six. */
function objectOf(typename: string, id: string): string {
  const number = Number(id);
  return number % 2 === 0 ? `${typename}/${id}` : `group-${number % 12}`;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A handler fails now and then, is ended with its object, and waits in most of the ways in which a handler can. */
async function anything(id: string): Promise<void> {
  if (trouble.rate > 0 && Math.random() < 0.01) throw new Error("on purpose");
  if (WAITS === "timers") {
    const kind = Math.floor(Math.random() * 10);
    if (kind === 0) await pause(100 * Math.random());
    else if (kind < 4) await pause(5 * Math.random());
    else if (kind < 7) await Promise.resolve();
  }
  trouble.crashNamed(objectOf(interpreter, id));
}

const kept = ([labels, marks, verifications] as const).map((name) => egress(name, string));

const engine = durableObjectEngine<Env>({
  modules: [
    bindInterpreter<Env>((_, id) => ({
      isPrompt: false,
      trouble: () => anything(id),
    })),
  ],
  binding: "STATEFUN",
  egresses: kept.map((one) => keep(one)),
  http: {
    expose: [interpreter, ...kept],
    authenticate: "none",
    admin: { authenticate: "none" },
  },
  placement: ({ typename, id }) => objectOf(typename, id),
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
