import { env } from "cloudflare:workers";
import { requestReplyHandler } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { keep } from "statefun/runtime";
import { functions, greeter, greetings } from "./functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
  /** `npx wrangler secret put TOKEN`; without it nobody is let in. */
  readonly TOKEN?: string;
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
    authenticate: (request) => {
      const { TOKEN } = env as Env;
      return TOKEN !== undefined && request.headers.get("authorization") === `Bearer ${TOKEN}`;
    },
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
