import { env } from "cloudflare:workers";
import { keep, requestReplyHandler } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { bearerToken } from "statefun/http";
import { functions, greeter, greetings } from "./functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

/** For a Flink cluster, which keeps state and delivers messages itself. */
const handler = requestReplyHandler(functions);

/** The same functions on Durable Objects. */
const engine = durableObjectEngine<Env>({
  modules: [functions],
  binding: "STATEFUN",
  egresses: [keep(greetings)],
  http: {
    expose: [greeter, greetings],
    // `npx wrangler secret put TOKEN`; without it no request is allowed.
    authenticate: bearerToken(() => (env as { readonly TOKEN?: string }).TOKEN),
  },
});

export class StatefulObject extends engine.StatefulObject {}

export default {
  fetch(request, env, executionContext) {
    const { pathname } = new URL(request.url);
    if (pathname === "/statefun") return handler(request, env, executionContext);
    return engine.worker.fetch(request, env);
  },
} satisfies ExportedHandler<Env>;
