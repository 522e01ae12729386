import { keep } from "statefun";
import { durableObjectEngine } from "statefun/durable-object";
import { cart, functions, mails, stock } from "./functions.ts";
import { payment, payments } from "./payments.ts";

export const engine = durableObjectEngine<Cloudflare.Env>({
  modules: [functions, payments],
  binding: "STATEFUN",
  egresses: [keep(mails)],
  http: {
    expose: [cart, stock, mails, payment],
    authenticate: "none",
    admin: { authenticate: "none" },
  },
});

export class StatefulObject extends engine.StatefulObject {}

export default {
  fetch(request, env) {
    return engine.worker.fetch(request, env);
  },
} satisfies ExportedHandler<Cloudflare.Env>;
