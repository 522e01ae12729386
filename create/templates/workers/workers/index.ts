import { env } from "cloudflare:workers";
import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { bearerToken } from "statefun/http";
import { functions, greeter, greetings } from "../functions.ts";

interface Env {
  readonly STATEFUN: DurableObjectNamespace;
}

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

export default engine.worker;
