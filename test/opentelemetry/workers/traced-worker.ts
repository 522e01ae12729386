import { tracing } from "cloudflare:workers";
import { StatefulFunctions, string } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { workersTracing } from "statefun/opentelemetry";
import type { Namespace } from "../../durable-object/support/platform.ts";

interface Env {
  readonly STATEFUN: Namespace;
}

const functions = new StatefulFunctions("trace");
const seen: unknown[] = [];
const errors: string[] = [];

const last = functions.bind("trace/last", { accepts: string }, async (context, text) => {
  seen.push([context.self.id, context.headers.get("traceparent")]);
  if (text === "bad") throw new RangeError("no");
  await fetch(`http://outside/${context.self.id}`);
});
functions.bind("trace/first", { accepts: string }, async (context, text) => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  await fetch(`http://outside/${context.self.id}`);
  context.send(last.at(`${context.self.id}-last`), text);
});

const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  http: { expose: "all", authenticate: "none" },
  retry: { maxAttempts: 1 },
  observer: workersTracing(tracing),
  onError: (error) => void errors.push(String(error)),
});

export const { StatefulObject } = engine;

export default {
  fetch(request: Request, env: Env): Promise<Response> | Response {
    if (new URL(request.url).pathname === "/seen") return Response.json({ seen, errors });
    return engine.worker.fetch(request, env);
  },
};
