import { env as bindings } from "cloudflare:workers";
import { keep, type Observer } from "statefun";
import { durableObjectClient, durableObjectEngine } from "statefun/durable-object";
import type { Namespace } from "../../durable-object/support/platform.ts";
import { collecting } from "../support/collecting.ts";
import { receipts, shopFunctions } from "../support/shop.ts";

interface Env {
  readonly STATEFUN: Namespace;
  readonly HANDLERS: string;
}

// The bindings of this Worker, by its own type.
const env = bindings as unknown as Env;
const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
const { functions } = shopFunctions(env.HANDLERS === "asynchronous", pause);
const seen = collecting();
const failing = collecting((hook) => {
  throw new Error(`fails at ${hook}`);
});
const errors: string[] = [];
const options = {
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(receipts)],
  http: { expose: "all", authenticate: "none", admin: { authenticate: "none" } },
  onError: (error: unknown) => void errors.push(String(error)),
} as const;

const engine = durableObjectEngine<Env>({
  ...options,
  observer: [failing.observer, seen.observer],
});

export const StatefulObject = engine.StatefulObject;

/** What is said of an observer that is none. */
function refusals(): string[] {
  const observer = { acepted: () => {} } as Observer;
  const starts = [
    () => durableObjectEngine<Env>({ ...options, observer }),
    () => durableObjectClient(env.STATEFUN, { observer }),
  ];
  return starts.map((start) => {
    try {
      start();
      return "none";
    } catch (error) {
      return String(error);
    }
  });
}

export default {
  async fetch(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/test/heard":
        return Response.json(seen.heard);
      case "/test/errors":
        return Response.json(errors);
      case "/test/refusals":
        return Response.json(refusals());
      default:
        return engine.worker.fetch(request, env);
    }
  },
};
