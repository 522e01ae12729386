import { env as bindings } from "cloudflare:workers";
import { StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { encrypted } from "statefun/encryption";
import type { Namespace } from "../support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
  /** Ids of keys with commas between them, the current one first. */
  readonly KEYS: string;
}

// The bindings of this Worker, by its own type.
const ids = (bindings as unknown as Env).KEYS.split(",");
const Secret = encrypted(string, {
  current: ids[0] ?? "",
  get: (id) => (ids.includes(id) ? new Uint8Array(32).fill(id.charCodeAt(0)) : undefined),
});

const functions = new StatefulFunctions<Env>();
const pin = functions.bind(
  "demo/pin",
  { accepts: Secret, replies: string, state: { pin: Secret } },
  (context, text) => {
    const before = context.state.pin ?? "none";
    if (text !== "get") context.state.pin = text;
    if (context.caller?.typename.startsWith("demo/") !== true && text === "pass on") {
      context.send(pin.at(`${context.self.id}-other`), before);
      context.sendAfter(60_000, pin.at(context.self.id), before);
    }
    if (context.caller !== undefined && !context.caller.typename.startsWith("demo/")) {
      context.reply(before);
    }
  },
);

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: { expose: [], authenticate: "none", admin: { authenticate: "none" } },
  onError: () => {},
});

export const StatefulObject = engine.StatefulObject;

/** `/call?id=…&text=…`: by the client, which encrypts; all else is the engine's. */
export default {
  async fetch(request: Request, env: Env, context: never): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/call") return engine.worker.fetch(request as never, env as never, context);
    const id = searchParams.get("id") ?? "";
    return new Response(await engine.client(env).call(pin.at(id), searchParams.get("text") ?? ""));
  },
};
